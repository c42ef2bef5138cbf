"""What the processes of a cell have to tell; the only thing that outlives a killed one."""

import json
import os
from pathlib import Path

Line = tuple[str, str, int]


class Log:
    """What the processes of a cell have to tell, a line of JSON each; written before they die."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def write(self, what: str, detail: str) -> None:
        """Append one line, in one write."""
        line = json.dumps([what, detail, os.getpid()], ensure_ascii=False) + "\n"
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(file, line.encode())
        os.close(file)

    @property
    def lines(self) -> list[Line]:
        """All lines so far: what, its detail, and whose process's."""
        return [tuple(json.loads(line)) for line in self.path.read_text("utf-8").splitlines()]
