"""The table of results, on the terminal and in docs/volumes.md."""
from Harness.processes import ROOT

from .judge import Figure

DOCUMENT = ROOT / "docs" / "volumes.md"
BEGIN, END = "<!-- results of scripts/volume-test -->", "<!-- end of results -->"


class Results:
    def __init__(self):
        self.options: dict[str, str] = {}
        # By check and by what was counted, for each volume.
        self.figures: dict[tuple[str, str], dict[str, Figure]] = {}
        self.failures: list[str] = []

    def add(self, volume: str, check: str, figures: list[Figure], seconds: float):
        for figure in figures:
            print(f"  {'' if figure.is_good else 'BAD '}{figure}", flush=True)
            self.figures.setdefault((check, figure.what), {})[volume] = figure
        print(f"  {check} took {seconds:.0f} s", flush=True)

    def fail(self, volume: str, check: str, text: str):
        self.failures.append(f"{volume}: {check} did not come to its end: {text}")
        print(f"  BAD {self.failures[-1]}", flush=True)

    @property
    def is_good(self) -> bool:
        figures = [figure for of_volume in self.figures.values() for figure in of_volume.values()]
        return bool(figures) and not self.failures and all(figure.is_good for figure in figures)

    def table(self) -> str:
        volumes = list(self.options)
        lines = [["check", "counted", *volumes], ["---"] * (len(volumes) + 2)]
        for (check, what), of_volume in self.figures.items():
            cells = [of_volume.get(volume) for volume in volumes]
            lines.append([check, what, *("" if cell is None else cell.cell for cell in cells)])
        options = [f"- {volume}: `{options}`" for volume, options in self.options.items()]
        return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", "Mount options:", *options, *self.failures])

    def write(self):
        """Replaces the table in the document."""
        text = DOCUMENT.read_text()
        head, _, rest = text.partition(BEGIN)
        DOCUMENT.write_text(f"{head}{BEGIN}\n{self.table()}\n{END}{rest.partition(END)[2]}")
