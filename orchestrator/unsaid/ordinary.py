"""Words that are names or towns as well: in small letters, and inside others, they are neither."""

import re

from orchestrator.unsaid.spelling import PLAIN, words

_GERMAN = """
ab alt alte an art bald baden bergen bin bogen brake braun burg buchen da damme den der des dem
do du engen enger ernst essen forst frank fromm früh furth groß halle hard hart heide heiden hof
holle horn ihm im in inden ist je ja jung kahl kehl klein kuchen kurz lachen lage lang lange langen
lauf laufen lauter leck leer lehre lieb man mark mehr meine meinen melle menden mengen mit nah
neu norden nur ob olfen plan rain regen reich rein rennen rosa rose rosen rot roth schon schwarz
selb senden singen sinn so sonne spalt stade stark stein stelle still stolz treu um und von waren
wangen warm wehr weide weiden weil weiß wenden werden werder wert wetter will willig wissen wo
wohl zart zeil zell zu zug zum zur
"""
_ENGLISH = """
am art as at be bill by can dawn do don else even faith for frank go grace he her hi his hope if
is it jack joy long lord low mark may me mine my no of on or price rich sky so son star sue summer
sun to up us victor we will win wise young
"""
_ALL = {*_GERMAN.split(), *_ENGLISH.split()}
ORDINARY = frozenset(word for each in _ALL for word in words(each, PLAIN))
# Not in an address or an account, where names are written small.
_SMALL = re.compile(
    rf"(?<![\w/@#._-])(?:{'|'.join(sorted(_ALL, key=len, reverse=True))})(?![\w/@_-])"
)


def without_ordinary(text: str) -> str:
    """``text`` without words in small letters that somebody else's name would find."""
    return _SMALL.sub("…", text)
