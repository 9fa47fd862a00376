from recommendations.pairs import BESTSELLERS, goes_well_with


def test_known_pairs_come_first():
    assert goes_well_with("monstera")[0] == "moss-pole"


def test_an_unknown_plant_gets_bestsellers():
    assert goes_well_with("cactus") == BESTSELLERS
