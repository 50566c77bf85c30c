from customhouse.rules.shared.name_slips import slips


def said(name, other):
    return {(words, near) for slip, words, near in slips(name) if slip == other}


def test_each_slip_has_its_name():
    assert said("expresss", "express") == {("with a letter added", False), ("with a letter repeated", True)}
    assert said("exprss", "express") == {("with a letter left out", False)}
    assert said("expres", "express") == {("with a repeated letter dropped", True), ("with a letter left out", False)}
    assert said("exrpess", "express") == {("with two letters swapped", True)}
    assert said("expresd", "express") == {("with a neighbouring key pressed", True)}
    assert said("exprespp", "express") == set()
    assert said("expresk", "express") == {("with one letter changed", False)}


def test_of_short_names_no_changed_letter_counts_as_near():
    assert said("ab1", "abq") == {("with a neighbouring key pressed", False)}
