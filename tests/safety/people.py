"""Nine tandems whose rows hold what must not be seen, and nine whose rows are wrong."""

from tests.safety import canaries, hostile
from tests.safety.hostile import WORDS


def tandem(number: int, **changes: str) -> dict[str, str]:
    """One row of a tandem file."""
    return {
        "slug": f"tandem-{number:02}", "name": "Rosa", "public_name": "", "show": "full",
        "adult": "yes", "may_work": "yes", "volunteer": "Jost",
        "volunteer_email": canaries.VOLUNTEER_MAIL, "volunteer_phone": canaries.VOLUNTEER_PHONE,
        "backup_contact": canaries.BACKUP_PHONE, "partner": "Verein Nord",
        "place": canaries.POSTCODE, "trade": "Tischlerei",
        "appeal_de": f"Seit {number + 3} Jahren arbeite ich mit Holz und möchte das hier tun.",
        "consent": "facebook x", "consent_on": "2026-11-01", "consent_until": "2027-01-31",
    } | changes  # fmt: skip


GOOD = [
    tandem(1, name=canaries.ALIAS_NAME, public_name="Robin", show="alias"),
    tandem(2, name=canaries.REGION_NAME, public_name="Kim", show="region", trade="Pflege"),
    tandem(3, trade="Buchhaltung"),
    tandem(4, trade="Gärtnerei"),
    # What the import lets through is hostile all the same: it reaches posts, pages and tables.
    tandem(5, trade=WORDS["formula"], name=WORDS["attribute"], partner=WORDS["plus"]),
    tandem(6, trade=WORDS["script"], volunteer=WORDS["template"], partner=WORDS["minus"]),
    tandem(7, trade=WORDS["markup"], appeal_de=f"{WORDS['script']} {WORDS['header']}"),
    tandem(8, trade=WORDS["tab"], partner=WORDS["script"], appeal_de=WORDS["template"]),
    tandem(9, trade=f"x\r\n{hostile.EVENT}", partner=WORDS["query"], name=WORDS["screen"]),
]
# Each is rejected for one cell, and that cell or its neighbours hold a canary.
BAD = [
    tandem(14, place=f"Holzweg 5, {canaries.POSTCODE} Freiburg"),
    tandem(15, slug=f"{canaries.ALIAS_NAME} {canaries.VOLUNTEER_PHONE}"),
    tandem(16, volunteer_phone=f"{canaries.VOLUNTEER_PHONE} privat, {canaries.VOLUNTEER_MAIL}"),
    tandem(17, volunteer_email=f"{canaries.VOLUNTEER_MAIL} {canaries.VOLUNTEER_MAIL}"),
    tandem(18, appeal_de=f"Ruft mich an: {canaries.VOLUNTEER_PHONE}"),
    tandem(19, consent_on=canaries.VOLUNTEER_MAIL),
    tandem(20, link=f"https://{canaries.VOLUNTEER_MAIL}/{canaries.BACKUP_PHONE}"),
    tandem(21, media="../einwilligung-tirhas.pdf", radius_km=canaries.BACKUP_PHONE),
    tandem(22, place=canaries.VOLUNTEER_MAIL, show=canaries.BACKUP_PHONE),
    *(
        tandem(23, **{column: hostile.ALL})
        for column in ("slug", "place", "show", "link", "consent")
    ),
    tandem(24, **{hostile.ALL: hostile.ALL}),
]
