"""What the bench says: one figure a line, with its target."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Figure:
    """One measured value, the bound that it has to keep, and what it was made from."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    details: dict = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        return f">={self.at_least:g}" if self.at_least is not None else f"<={self.at_most:g}"

    def line(self) -> str:
        """`name value target ok|short`."""
        return f"{self.name} {self.value:.3g} {self.target} {'ok' if self.ok else 'short'}"

    def as_json(self) -> dict:
        return {**asdict(self), "value": round(self.value, 4), "ok": self.ok}

    @classmethod
    def from_json(cls, entry: dict) -> "Figure":
        return cls(**{name: value for name, value in entry.items() if name != "ok"})
