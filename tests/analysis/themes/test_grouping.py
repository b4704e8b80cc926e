from analysis.themes.grouping import bits_of, group_terms


def test_a_set_as_a_number() -> None:
    assert bits_of([0, 3, 9], 10) == 0b1000001001
    assert bits_of([], 10) == 0


def test_terms_of_the_same_texts_belong_together() -> None:
    late, courier = bits_of([0, 1, 2, 3], 10), bits_of([1, 2, 3], 10)
    box, torn = bits_of([6, 7, 8], 10), bits_of([7, 8, 9], 10)
    assert group_terms([late, box, courier, torn]) == [[0, 2], [1, 3]]


def test_average_linkage_does_not_chain() -> None:
    """b is like a and like c, a and c share nothing: the three are not one group."""
    a, b, c = bits_of(range(4), 12), bits_of(range(2, 8), 12), bits_of(range(6, 12), 12)
    assert group_terms([a, b, c], least=0.35) == [[0, 1], [2]]


def test_terms_without_texts_stay_alone() -> None:
    assert group_terms([0, 0]) == [[0], [1]]
    assert group_terms([]) == []
