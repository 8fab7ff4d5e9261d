from eventdemo.core.wording import did_you_mean, plural


def test_a_near_name_is_suggested():
    assert did_you_mean("logot", ["login", "logout"], "there are two.") == "did you mean 'logout'?"


def test_without_a_near_name_the_alternative_is_said():
    assert did_you_mean("zzz", ["login", "logout"], "there are two.") == "there are two."


def test_one_is_singular_and_thousands_are_separated():
    assert plural(1, "delivery", "deliveries") == "1 delivery"
    assert plural(0, "delivery", "deliveries") == "0 deliveries"
    assert plural(1034, "emit") == "1,034 emits"


def test_zero_may_have_a_sentence_of_its_own():
    assert plural(0, "topic", none="no topic is left") == "no topic is left"
    assert plural(1, "topic", none="no topic is left") == "1 topic"
