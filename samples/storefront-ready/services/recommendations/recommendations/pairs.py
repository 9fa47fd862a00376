"""What customers bought together; the list is refreshed from the orders every Monday."""

PAIRS: dict[str, list[str]] = {
    "boston-fern": ["hanging-pot", "orchid-soil", "mister"],
    "monstera": ["moss-pole", "clay-pot-24", "leaf-shine"],
    "olive-tree": ["terracotta-pot-40", "citrus-soil"],
}

BESTSELLERS = ["clay-pot-24", "universal-soil", "watering-can", "mister"]


def goes_well_with(slug: str) -> list[str]:
    pairs = PAIRS.get(slug, [])
    return pairs + [other for other in BESTSELLERS if other not in pairs and other != slug]
