"""A statement accesses the rows of one user if its condition names that user; otherwise it may access any row."""

import pytest
from sqlalchemy import bindparam, create_engine, delete, event, exists, insert, or_, select, text, union, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from eventdemo.backend.storage.model import Device, HrApproval, IntegrationDetails, LoginSession, Notification, User
from eventdemo.explore import experiment
from eventdemo.explore.accesses import record_statement
from eventdemo.explore.statements import TableAccess, table_accesses

USER_1 = col(User.id) == 1
OF_OWNER = col(Device.user_id) == bindparam("owner")


def reads(table, user_param=None):
    return TableAccess(table, write=False, user_param=user_param)


def writes(table, user_param=None):
    return TableAccess(table, write=True, user_param=user_param)


def accessed(statement, **options):
    return table_accesses(statement.compile(**options))


@pytest.mark.parametrize(
    ("statement", "access"),
    [
        (select(Device.token).where(OF_OWNER).order_by(Device.id), reads("device", "owner")),
        (select(User).where(USER_1, User.is_active), reads("user", "id_1")),
        (select(User.id).where(User.id > 1), reads("user")),
        (select(Device).where(or_(OF_OWNER, Device.token == "")), reads("device")),
        (select(Device).where(Device.user_id != 1), reads("device")),
        (select(Device), reads("device")),
        (update(Device).where(OF_OWNER).values(is_logged_in=False), writes("device", "owner")),
        (update(User).where(USER_1).values(is_active=False, is_deleted=True), writes("user", "id_1")),
        (update(User).where(USER_1).values(username="ann"), writes("user")),
        (update(User).where(USER_1, User.username == "ann").values(username="bea"), writes("user")),
        (update(Device).where(OF_OWNER).values(user_id=2), writes("device")),
        (delete(Device).where(OF_OWNER), writes("device", "owner")),
        (delete(LoginSession).where(LoginSession.token_digest == ""), writes("loginsession")),
        (insert(Notification), writes("notification")),
        (insert(HrApproval), writes("hrapproval")),
    ],
)
def test_a_statement_accesses_the_rows_of_one_user_or_the_whole_table(statement, access):
    assert accessed(statement) == (access,)


def test_an_update_that_gets_its_columns_with_its_parameters_may_set_a_unique_one():
    rename = update(User).where(col(User.id) == bindparam("changed"))

    assert accessed(rename, column_keys=["full_name", "changed"]) == (writes("user", "changed"),)
    assert accessed(rename, column_keys=["username", "changed"]) == (writes("user"),)


def test_a_join_names_the_user_of_one_table_only():
    details = select(User.username, IntegrationDetails.base_url).join(
        IntegrationDetails, IntegrationDetails.organisation_id == User.organisation_id
    )

    assert set(accessed(details.where(USER_1))) == {
        reads("user", "id_1"),
        reads("integrationdetails"),
    }


def test_a_delete_reads_the_tables_of_its_condition():
    of_deleted = delete(Device).where(Device.user_id == User.id, User.is_deleted)
    nested = delete(Device).where(OF_OWNER, exists().where(User.id == Device.user_id))

    for statement in (of_deleted, nested):
        assert set(accessed(statement)) == {writes("device"), reads("user")}


def test_a_subquery_may_read_other_rows_of_the_same_table():
    others = select(Device.token).where(OF_OWNER, Device.token.in_(select(Device.token)))

    assert accessed(others) == (reads("device"),)


@pytest.mark.parametrize(
    "statement",
    [
        select(aliased(Device)).where(OF_OWNER),
        select(Device).where(text("user_id = 1")),
        union(select(Device.id), select(User.id)),
        text("SELECT 1 FROM device"),
    ],
)
def test_other_statements_are_not_understood(statement):
    assert accessed(statement) is None


class Recorder:
    """Records accesses, as the explorer's loop does."""

    def __init__(self):
        self.accesses = set()

    def access(self, resource, *, write):
        self.accesses.add((resource, write))


@pytest.fixture
def database():
    """Yield an engine whose statements are recorded, and what was recorded."""
    engine, recorder = create_engine("sqlite://"), Recorder()
    SQLModel.metadata.create_all(engine)
    event.listen(engine, "before_cursor_execute", record_statement)
    token = experiment._explored.set(recorder)
    yield engine, recorder.accesses
    experiment._explored.reset(token)
    engine.dispose()


def test_the_user_is_read_from_the_parameters_of_each_execution(database):
    engine, accesses = database
    with Session(engine) as session:
        for user in (1, 2):
            session.exec(select(Device).where(OF_OWNER), params={"owner": user}).all()

    assert {resource for resource, _ in accesses if resource[0] != "("} == {"user 1's devices", "user 2's devices"}


def test_a_statement_for_several_users_writes_the_whole_table(database):
    engine, accesses = database
    with engine.begin() as connection:
        connection.execute(update(Device).where(OF_OWNER).values(is_logged_in=False), [{"owner": 1}, {"owner": 2}])

    assert ("the device table", True) in accesses


def test_raw_sql_conflicts_with_everything(database):
    engine, accesses = database
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE device SET is_logged_in = 0")

    assert ("(anything)", True) in accesses


def test_a_transaction_by_itself_accesses_nothing(database):
    engine, accesses = database
    with engine.begin() as connection, connection.begin_nested():
        pass

    assert accesses == set()
