from eventdemo.trace.excerpt import about
from eventdemo.trace.mermaid import escaped, sequence
from eventdemo.trace.naming import REASONS
from tests.trace.hand_made import chained, every_fate, fan_out

CHAIN = """\
%% sync-profile, awaited, user 7
sequenceDiagram
    participant P1 as ProfileSyncCallers.from_http_endpoint
    participant P2 as sync_profile
    participant P3 as ProfileSync.sync_profile
    participant P4 as notify_procurement_tasks
    participant P5 as notify_hr_tasks
    participant P6 as Oracle Fusion
    P1-)P2: user.syncProfile
    P2->>P6: GET /hcmRestApi/resources/11.13.18.05/publicWorkers
    P6-->>P2: 200
    P3-)P4: user.sync.task.notifications
    P4->>P6: GET /bpm/api/4.0/tasks
    P3-)P5: user.sync.task.notifications
    P6-->>P4: 200
    Note over P5: failed-logged (RateLimited)
    Note over P3: emit returned after 500 ms
    Note over P1: emit returned after 800 ms
"""


def test_a_chain_is_a_sequence_of_statements_in_the_order_of_time():
    assert sequence(about(chained(), "user 7")) == CHAIN


def test_the_answer_comes_before_the_failure_that_it_causes():
    lines = sequence(fan_out("detached")).splitlines()

    assert lines.index("    P5-->>P2: 429") < lines.index("    Note over P2: failed-unseen (RateLimited)")


def test_a_lost_event_has_a_crossed_arrow_with_the_reason():
    diagram = sequence(every_fate())

    assert "-x" in diagram
    assert all(reason in diagram for reason in REASONS.values())


def test_what_mermaid_could_read_as_syntax_becomes_an_entity():
    assert escaped("a;b\nc<d>#e|f: %%{g}") == "a#59;b c#60;d#62;#35;e#124;f#58; #37;#37;#123;g#125;"
