from mock_services.keyed_random import pick, uniforms


def test_the_same_key_gives_the_same_numbers_on_every_platform():
    assert [round(u, 12) for u in uniforms(0, "person", 7)[:3]] == [0.608457285254, 0.943581856691, 0.335053455039]


def test_different_keys_give_different_numbers():
    assert len({uniforms(seed, "person", n) for seed in range(10) for n in range(100)}) == 1000


def test_the_parts_of_a_key_do_not_run_together():
    assert uniforms("1", "23") != uniforms("12", "3")


def test_numbers_fill_the_open_interval_evenly():
    drawn = [u for n in range(2000) for u in uniforms("even", n)]

    assert 0 < min(drawn) < 0.001
    assert 0.999 < max(drawn) < 1
    assert abs(sum(drawn) / len(drawn) - 0.5) < 0.01
    for tenth in range(10):
        assert 0.09 < sum(tenth <= 10 * u < tenth + 1 for u in drawn) / len(drawn) < 0.11


def test_a_pick_reaches_the_first_and_the_last_option():
    options = ("first", "middle", "last")

    assert [pick(options, u) for u in (1e-9, 0.5, 1 - 1e-9)] == list(options)
