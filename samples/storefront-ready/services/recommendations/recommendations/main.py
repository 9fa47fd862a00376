from fastapi import FastAPI

from recommendations.pairs import goes_well_with

app = FastAPI(title="Recommendations")


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/for/{slug}")
def recommend(slug: str, limit: int = 4) -> list[dict[str, str]]:
    return [{"slug": other} for other in goes_well_with(slug)[:limit]]
