"""Wordings: within every limit, never twice, never more of a person than may be known."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twitter_text import extract_urls, parse_tweet

from orchestrator.compose import Rules, Unfit, Voice, compose, folded, reveals, voice_of
from orchestrator.model import Appeal, Tandem
from orchestrator.phrases import Phrases, fill, phrases, place_forms
from orchestrator.sentences import sentences, tidy
from orchestrator.vocabulary import MayWork, Show


def weighted(text: str) -> int:
    return int(parse_tweet(text).weightedLength)


X = Rules(
    network="x",
    limit=280,
    length=weighted,
    languages=["de", "en", "ar"],
    hashtag="#Türöffner",
    contact="Aktionsbüro 030 555 0100",
    links="never",
    link_in_text=True,
    has_url=lambda text: bool(extract_urls(text)),
)
FACEBOOK = replace(
    X,
    network="facebook",
    limit=63206,
    length=len,
    links="always",
    link_in_text=False,
    has_url=lambda text: False,
)
DE = (
    "Ich backe seit vielen Jahren. "
    "Brot, Kuchen, Fladen: Das ist meine Freude. Früh aufstehen kann ich."
)
AR = "أحب الخبز منذ سنوات. هل لديكم مكان لي؟ أستيقظ باكرًا."
EN = "I have been baking for years. Bread, cakes, flatbread: I love it all."
VOICE = Voice(
    slug="samira-f",
    name="Samira",
    place="Bad Homburg vor der Höhe",
    regional=False,
    trade="Bäckerin",
    appeals={"de": DE, "ar": AR, "en": EN},
    link="https://aktion.example/samira",
    may_work=True,
)


def texts(rules: Rules, voice: Voice, count: int) -> list[str]:
    return [compose(voice, number, rules).text for number in range(1, count + 1)]


def used(kind: str, text: str, voice: Voice, rules: Rules, language: str) -> set[str]:
    """Which phrases of a kind stand in ``text``, with this tandem's words filled in."""
    words = phrases(language)
    assert words is not None
    values = {
        **place_forms(words, voice.place, regional=voice.regional),
        "name": voice.name,
        "trade": voice.trade,
        "contact": rules.contact,
    }
    text = text.replace("\u2068", "").replace("\u2069", "")
    lines = text.split("\n")
    wanted = {p: fill(p, values) for p in getattr(words, kind)}
    # A phrase may share its line with another; "{name} {from_place}:" must not be found in
    # "An appeal for {name} {from_place}:", so it has to begin or end the line.
    if kind in ("closings", "contacts"):
        found = {p for p, said in wanted.items() if any(f" {said} " in f" {one} " for one in lines)}
        return (
            found if kind == "contacts" else {p for p in found if not called(text, words, values)}
        )
    return {
        p for p, said in wanted.items() if any(f"{one} ".startswith(f"{said} ") for one in lines)
    }


def called(text: str, words: Phrases, values: Mapping[str, str]) -> bool:
    """Whether the contact stands inside a closing (which may itself hold a shorter closing)."""
    return any(fill(each, values) in text for each in words.calls)


ALPHABET = st.sampled_from("abcdefgh äöüß„“–…!?.,🙂漢字\n:é#سلام؟،0123")
APPEALS = st.one_of(
    st.text(ALPHABET, min_size=1, max_size=700),
    st.lists(
        st.sampled_from(
            [
                "Ich lerne schnell.",
                "Am 1. Mai kann ich z. B. anfangen!",
                "„Du kannst das.“ sagt mein Freund Dr. Weiß.",
                "Mehr auf caritas.de.",
                "هل لديكم مكان لي؟",
                "Ich war in Küchen, Läden, Lagern und Gärten und half überall gern …",
            ]
        ),
        min_size=1,
        max_size=12,
    ).map(" ".join),
)


@settings(max_examples=60, deadline=None)
@given(
    appeal=APPEALS,
    name=st.sampled_from(["Li", "S.", "Maximiliane-Rosalie", "أمل", "Müller-Lüdenscheidt"]),
    place=st.sampled_from(["Hof", "Bad Homburg v. d. H.", "Frankfurt (Oder)", "St. Pölten"]),
    trade=st.sampled_from(["", "Bäckerin", "etwas mit Holz", "Altenpflege.", "خياطة"]),
    language=st.sampled_from(["de", "en", "ar"]),
    number=st.integers(1, 14),
    links=st.sampled_from(["never", "first", "always"]),
    contact=st.sampled_from(["", "030 555 0100", "hilfe@aktion.example", "https://caritas.de/a"]),
)
def test_a_text_is_always_within_its_network(
    appeal: str,
    name: str,
    place: str,
    trade: str,
    language: str,
    number: int,
    links: Any,
    contact: str,
) -> None:
    """Whatever comes in: the limit holds, blanks are tidy, and a link stands only where it may."""
    voice = replace(VOICE, name=name, place=place, trade=trade, appeals={language: appeal})
    for base in (X, FACEBOOK):
        rules = replace(base, links=links, contact=contact)
        try:
            wording = compose(voice, number, rules)
        except Unfit:
            continue
        text = wording.text
        assert rules.length(text) <= rules.limit
        assert text == unicodedata.normalize("NFC", text).strip()
        assert "  " not in text
        assert " \n" not in text
        assert "\n\n\n" not in text
        linked = links == "always" or (links == "first" and number == 1)
        if base is X:
            assert linked or not extract_urls(text)
            assert wording.link == ""
        else:
            assert contact in text
            assert wording.link == (voice.link if linked else "")
        assert compose(voice, number, rules) == wording


@settings(max_examples=80, deadline=None)
@given(appeal=APPEALS, number=st.integers(1, 4))
def test_an_appeal_loses_whole_sentences_from_its_end_only(appeal: str, number: int) -> None:
    """What stands of an appeal is a beginning of it, sentence by sentence, unaltered."""
    voice = replace(VOICE, appeals={"de": appeal})
    try:
        text = compose(voice, number, X).text
    except Unfit:
        return
    kept = [each for each in sentences(tidy(appeal)) if not extract_urls(each)]
    beginnings = ["".join(kept[:count]).strip() for count in range(1, len(kept) + 1)]
    assert any(beginning in text for beginning in beginnings if beginning)


def test_on_facebook_the_whole_appeal_stands() -> None:
    """Nothing is left out where there is room, links and all."""
    voice = replace(VOICE, appeals={"de": f"{DE} Mehr auf caritas.de."})
    for text in texts(FACEBOOK, voice, 6):
        assert f"{DE} Mehr auf caritas.de." in text
        assert text.endswith("#Türöffner")


@pytest.mark.parametrize("rules", [X, FACEBOOK], ids=["x", "facebook"])
@pytest.mark.parametrize("language", ["de", "en", "ar"])
@pytest.mark.parametrize("trade", ["", "Elektriker"])
def test_posts_of_a_tandem_share_neither_beginning_nor_closing(
    rules: Rules, language: str, trade: str
) -> None:
    """Four posts on one network in one language: all beginnings and closings differ."""
    for slug in (f"tandem-{number}" for number in range(12)):
        name = "Samira" if language != "ar" else "سميرة"
        place = "Fulda" if language != "ar" else "فولدا"
        voice = replace(
            VOICE,
            slug=slug,
            name=name,
            place=place,
            trade=trade if language != "ar" or not trade else "كهرباء",
            appeals={language: {"de": DE, "ar": AR, "en": EN}[language]},
        )
        plain = replace(rules, contact="030 555 0100") if language == "ar" else rules
        found = texts(plain, voice, 4)
        for one, other in combinations(found, 2):
            assert one.split("\n")[0] != other.split("\n")[0]
            for kind in ("closings", "openings_plain", "openings_trade", "afterwords_plain"):
                shared = used(kind, one, voice, plain, language) & used(
                    kind, other, voice, plain, language
                )
                assert not shared, (kind, one, other)


def test_the_same_number_differs_between_networks() -> None:
    """Who follows both networks does not read the same opening twice."""
    for slug in (f"tandem-{number}" for number in range(40)):
        voice = replace(VOICE, slug=slug)
        for number in (1, 2):
            one, other = (compose(voice, number, rules).text for rules in (X, FACEBOOK))
            for kind in ("openings_plain", "openings_trade", "closings"):
                language = compose(voice, number, X).language
                shared = used(kind, one, voice, X, language) & used(
                    kind, other, voice, FACEBOOK, language
                )
                assert not shared


KINDS = {
    "openings_plain": "beginning",
    "openings_trade": "beginning",
    "afterwords_plain": "beginning",
    "afterwords_trade": "beginning",
    "closings": "closing",
    "contacts": "contact",
}


def structure(text: str, voice: Voice, rules: Rules, language: str) -> tuple[str, ...]:
    """Which kinds of parts stand in which line, as a reader sees them."""
    appeal = voice.appeals[language]
    lines = []
    for line in text.split("\n"):
        found = {KINDS[kind] for kind in KINDS if used(kind, line, voice, rules, language)}
        shown = [each for each in ("beginning", "closing", "contact") if each in found]
        lines.append("+".join(shown + ["appeal"] * (appeal in line) or ["call"] * ("030" in line)))
    return tuple(line for line in lines if line)


TRADES = ["", "Bäckerin", "etwas mit Holz", "egal, Hauptsache Arbeit!", "IT-Support"]


@pytest.mark.parametrize(("base", "prefix"), [(X, "fulda"), (FACEBOOK, "t")], ids=["x", "facebook"])
@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_nothing_dominates_a_campaign(base: Rules, language: str, prefix: str) -> None:
    """38 tandems, four posts each: no sentence of ours and no order of parts is everywhere."""
    rules = replace(base, contact="030 555 0100")
    seen: dict[str, Counter[Any]] = {kind: Counter() for kind in (*KINDS.values(), "order")}
    for number in range(38):
        voice = replace(
            VOICE,
            slug=f"{prefix}-{number}",
            name="سارة" if language == "ar" else "Sara",
            place="فولدا" if language == "ar" else "Fulda",
            trade=TRADES[number % 5] if language != "ar" else "",
            appeals={language: f"{number}: {EN if language != 'ar' else AR}"},
        )
        found = texts(rules, voice, 4)
        assert len({folded(text) for text in found}) == 4
        for text in found:
            seen["order"][structure(text, voice, rules, language)] += 1
            for kind, part in KINDS.items():
                seen[part].update(used(kind, text, voice, rules, language))
    posts = 38 * 4
    assert len(seen["order"]) >= 4
    for part, share in (("order", 0.4), ("beginning", 0.15), ("closing", 0.15), ("contact", 0.15)):
        (thing, count), *_ = seen[part].most_common(1)
        assert count <= posts * share, (part, thing, count)


@pytest.mark.parametrize("rules", [X, FACEBOOK], ids=["x", "facebook"])
def test_that_somebody_may_work_is_said_once(rules: Rules) -> None:
    """At most one post per network says it, plainly, and not first thing in a paragraph alone."""
    said = 0
    for number in range(40):
        voice = replace(VOICE, slug=f"t-{number}", appeals={"de": DE})
        found = [text for text in texts(rules, voice, 8) if "darf arbeiten" in text]
        assert len(found) <= 1
        said += len(found)
        for text in found:
            (line,) = (each for each in text.split("\n") if "darf arbeiten" in each)
            assert line.startswith("Samira darf arbeiten. ")
    assert said >= 10


def test_taken_texts_are_never_given_again() -> None:
    """Even when everything else is equal, there are dozens of other wordings; then it is said."""
    taken: set[str] = set()
    for _round in range(20):
        text = compose(VOICE, 1, FACEBOOK, taken=taken).text
        assert folded(text) not in taken
        taken.add(folded(text))

    class Everything(set[str]):
        def __contains__(self, _text: object) -> bool:
            return True

    with pytest.raises(Unfit):
        compose(VOICE, 1, FACEBOOK, taken=Everything())


def test_languages_take_turns() -> None:
    """In the campaign's order, only those in which there is an appeal and a file of phrases."""
    found = [compose(VOICE, number, FACEBOOK).language for number in (1, 2, 3, 4)]
    assert found == ["de", "en", "ar", "de"]
    only = replace(VOICE, appeals={"ar": AR, "de": " ", "xx": "…"})
    rules = replace(FACEBOOK, languages=["xx", "de", "ar"])
    assert {compose(only, number, rules).language for number in (1, 2)} == {"ar"}
    with pytest.raises(Unfit, match="appeal"):
        compose(only, 1, replace(FACEBOOK, languages=["de"]))


def test_a_language_that_does_not_fit_leaves_its_turn() -> None:
    """One endless German sentence is too long for X; the English appeal is not."""
    voice = replace(VOICE, appeals={"de": "Ich koche " + "sehr " * 60 + "gern.", "en": EN})
    assert compose(voice, 1, X).language == "en"
    with pytest.raises(Unfit, match="too long"):
        compose(replace(voice, appeals={"de": voice.appeals["de"]}), 1, X)


def test_links_by_the_campaigns_policy() -> None:
    """On X a link is in the text and costs: never, only in the first post, or always."""
    policies: Any = (("never", [0, 0]), ("first", [1, 0]), ("always", [1, 1]))
    for policy, expected in policies:
        rules = replace(X, links=policy, has_url=lambda text: "aktion.example" in text)
        short = replace(VOICE, appeals={"de": "Ich backe gern."})
        assert [text.count(VOICE.link) for text in texts(rules, short, 2)] == expected


def test_a_sentence_with_a_bare_domain_is_left_out_on_x() -> None:
    """Bare domains count as links there: thirteen times the price."""
    voice = replace(
        VOICE, appeals={"de": "Ich backe gern und gut für alle. Mehr auf caritas.de! Bis bald."}
    )
    text = compose(voice, 1, X).text
    assert "caritas" not in text
    assert "Ich backe gern und gut für alle. Bis bald." in text
    with pytest.raises(Unfit, match="link"):
        compose(replace(VOICE, appeals={"de": "Alles auf caritas.de!"}), 1, X)


def test_a_contact_that_is_a_link_stays_off_x() -> None:
    """The contact is in every Facebook post, on X only if it costs nothing more."""
    with_site = replace(X, contact="www.caritas.de/aktion")
    assert "caritas" not in compose(VOICE, 1, with_site).text
    assert "030 555 0100" in compose(replace(VOICE, appeals={"de": "Ich backe."}), 1, X).text


@pytest.mark.parametrize(
    "secret",
    [
        "Ruf mich an: 0151 23456789",
        "Tel. +49 (0)661 123-4567",
        "واتساب ٠١٥١٢٣٤٥٦٧٨٩",
        "+963 944 123 456",
        "samira.k@post.example",
        "samira (at) post.example",
        "Ich wohne Lindenstraße 12a.",
        "Meet me at 12 Baker Street.",
        "50.5511, 9.6808",
    ],
)
def test_private_details_are_refused(secret: str) -> None:
    """Neither phone nor mail nor street of a person goes out; somebody has to clean the text."""
    for rules in (X, FACEBOOK):
        with pytest.raises(Unfit, match="contains"):
            compose(replace(VOICE, appeals={"de": f"{DE} {secret}", "en": EN}), 1, rules)
    with pytest.raises(Unfit):
        compose(replace(VOICE, trade=secret), 1, FACEBOOK)


@pytest.mark.parametrize(
    "harmless",
    [
        "Von 2014-2016 war ich in der Lehre, von 2017-2020 Geselle.",
        "Ab 01.11.2026 oder 15.12.2026 kann ich anfangen.",
        "Ich habe auf dem Marktplatz 5 Jahre verkauft.",
        "Ich habe 100 000 Kilometer im Lkw gesessen, Klasse C1E und 95.",
        "Montags 8-16 Uhr, 10-20 Stunden, 0,5 bis 1,5 Stellen.",
        "Norm ISO 9001:2015 ist mir vertraut.",
    ],
)
def test_ordinary_numbers_are_not_private(harmless: str) -> None:
    """Years, dates, hours and norms are no phone numbers and no addresses."""
    assert harmless in compose(replace(VOICE, appeals={"de": harmless}), 1, FACEBOOK).text


def test_one_hash_and_not_twice() -> None:
    """The hashtag gets one #, ends the text, and is not repeated after a person's own."""
    for wish in ("Türöffner", "#Türöffner", "##Türöffner"):
        text = compose(VOICE, 1, replace(FACEBOOK, hashtag=wish)).text
        assert text.endswith("\n#Türöffner")
        assert text.count("#") == 1
    own = replace(VOICE, appeals={"de": "Ich backe gern für alle, #türöffner!"})
    assert compose(own, 1, FACEBOOK).text.count("#") == 1
    assert "#" not in compose(VOICE, 1, replace(FACEBOOK, hashtag="")).text


@pytest.mark.parametrize(
    ("region", "said"),
    [("Saarland", "Saarland"), ("Steiermark", "der Steiermark"), ("Bayern", "Bayern")],
)
def test_regions_with_their_article(region: str, said: str) -> None:
    """„im Saarland“, „in der Steiermark“, „in Bayern“; nobody lives „rund um Bayern“."""
    voice = replace(VOICE, place=region, regional=True, appeals={"de": DE})
    for number in range(1, 25):
        text = compose(voice, number, FACEBOOK).text
        assert said.split()[-1] in text
        for wrong in ("in Saarland", "aus Saarland", "in Steiermark", "aus Steiermark", "rund um"):
            assert wrong not in text
    english = compose(replace(voice, appeals={"en": EN}), 1, FACEBOOK).text
    assert ("Bavaria" in english) is (region == "Bayern")


def test_names_in_another_script_are_isolated_where_there_is_room() -> None:
    """A Latin name in an Arabic text keeps its place; on a tight X the marks go first."""
    voice = replace(VOICE, appeals={"ar": AR})
    assert "\u2068Samira\u2069" in compose(voice, 1, FACEBOOK).text
    german = compose(replace(VOICE, appeals={"de": DE}), 1, FACEBOOK).text
    assert "\u2068" not in german


def tandem(**changes: Any) -> Tandem:
    values = {
        "slug": "a",
        "public_name": "Kim",
        "town": "Fulda",
        "region": "Hessen",
        "trade": "Bäckerin",
        "link": "",
        "may_work": MayWork.YES,
    }
    return Tandem(**(values | changes))


@pytest.mark.parametrize(
    ("show", "name", "place"),
    [
        (Show.FULL, "Nasrin", "Fulda"),
        (Show.NO_FACE, "Nasrin", "Fulda"),
        (Show.ALIAS, "Kim", "Fulda"),
        (Show.REGION, "Kim", "Hessen"),
        (None, "Kim", "Hessen"),
    ],
)
def test_the_safety_check_decides_name_and_place(show: Any, name: str, place: str) -> None:
    """Unscreened counts as the strictest."""
    voice = voice_of(tandem(show=show), "Nasrin", [Appeal(tandem_id=1, language="de", text=DE)])
    assert (voice.name, voice.place, voice.regional) == (name, place, place == "Hessen")


@pytest.mark.parametrize("word", list(MayWork))
def test_only_a_clear_yes_is_said(word: MayWork) -> None:
    """A permit still to be asked for is not said, let alone why."""
    voice = voice_of(tandem(may_work=word, show=Show.FULL), "Nasrin", [])
    assert voice.may_work is (word is MayWork.YES)
    rules = replace(FACEBOOK, languages=["de"])
    posts = [
        text
        for slug in ("a", "b", "c", "d", "e")
        for text in texts(rules, replace(voice, slug=slug, appeals={"de": DE}), 3)
    ]
    assert any("darf arbeiten" in text for text in posts) is (word is MayWork.YES)


@pytest.mark.parametrize(
    ("town", "telling"),
    [
        ("Fulda", "Ich mag FULDA."),
        ("Fulda", "Fuldas Läden kenne ich."),
        ("Fulda", "Als Fuldaerin kenne ich viele."),
        ("Fulda", "Danke! #ArbeitInFulda"),
        ("München", "Ich mag die Muenchner."),
        ("München", "Ich bin gern in Munich."),
        ("Bremen", "Die Bremer sind nett."),
        ("Hannover", "Gute Hannoveraner!"),
        ("Freiburg im Breisgau", "Seit Jahren in Frei\u00adburg."),
    ],
)
@pytest.mark.parametrize("part", ["appeal", "trade"])
def test_a_hidden_town_is_never_said(town: str, telling: str, part: str) -> None:
    """Whoever shows only the region is not found by the words of a stored appeal or trade."""
    words = {"appeal": (telling, ""), "trade": ("Ich arbeite gern und viel.", telling)}[part]
    made = tandem(show=Show.REGION, town=town, region="Hessen", trade=words[1])
    rows = [Appeal(tandem_id=1, language="de", text=words[0])]
    with pytest.raises(Unfit, match="town"):
        compose(voice_of(made, "Nasrin", rows), 1, FACEBOOK)
    made.show = Show.ALIAS
    assert compose(voice_of(made, "Nasrin", rows), 1, FACEBOOK).text


@pytest.mark.parametrize("show", [Show.ALIAS, Show.REGION])
@pytest.mark.parametrize(
    ("text", "trade", "link"),
    [
        ("Ich bin nasrin und backe gern.", "", ""),
        ("Ich backe gern. #dankenasrin", "", ""),
        ("Ich backe gern und gut.", "Nasrins Brot", ""),
        ("Ich backe gern und gut.", "", "https://a.example/%4easrin-backt"),
    ],
)
def test_a_hidden_name_is_never_said(show: Show, text: str, trade: str, link: str) -> None:
    """Behind an alias the first name stays out of appeal, trade and link."""
    made = tandem(show=show, trade=trade, link=link)
    rows = [Appeal(tandem_id=1, language="de", text=text)]
    for rules in (X, FACEBOOK):
        with pytest.raises(Unfit, match="name"):
            compose(voice_of(made, "Nasrin", rows), 1, rules)
    made.show = Show.FULL
    assert compose(voice_of(made, "Nasrin", rows), 1, FACEBOOK).text


@pytest.mark.parametrize(
    ("show", "link", "said"),
    [
        (Show.ALIAS, "https://www.facebook.com/kranich", "social network"),
        (Show.REGION, "https://t.me/kranich", "social network"),
        (Show.REGION, "https://a.example/garmischbackt", "town"),
        (Show.REGION, "https://a.example/team/partenkirchen", "town"),
    ],
)
def test_a_stored_link_tells_nothing_either(show: Show, link: str, said: str) -> None:
    """It may have been stored before the safety check; the campaign's own link is nobody's."""
    made = tandem(show=show, town="Garmisch-Partenkirchen", region="Bavaria", link=link)
    rows = [Appeal(tandem_id=1, language="de", text="Ich backe gern und gut.")]
    ours = replace(FACEBOOK, links="always", link="https://www.facebook.com/aktion-garmisch")
    with pytest.raises(Unfit, match=said):
        compose(voice_of(made, "Nasrin", rows), 1, ours)
    made.link = ""
    assert compose(voice_of(made, "Nasrin", rows), 1, ours).link == ours.link


@pytest.mark.parametrize("show", [Show.ALIAS, Show.REGION])
def test_without_the_real_name_nothing_is_checked_and_nothing_said(show: Show) -> None:
    """Nor does a sheet repeat an appeal that may say it."""
    made = tandem(show=show)
    voice = voice_of(made, "", [Appeal(tandem_id=1, language="de", text="Ich bin Nasrin.")])
    with pytest.raises(Unfit, match="cannot be read"):
        compose(voice, 1, FACEBOOK)
    assert reveals(voice, "Ich backe gern.")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_two_posts_on_two_networks_use_all_languages(count: int) -> None:
    """Nothing is repeated before every language had its turn."""
    appeals = dict(list({"de": DE, "en": EN, "ar": AR}.items())[:count])
    voice = replace(VOICE, appeals=appeals)
    found = [compose(voice, number, rules).language for number in (1, 2) for rules in (FACEBOOK, X)]
    assert set(found[:count]) == set(appeals)


def test_the_trade_stands_in_the_first_language_only() -> None:
    """It is the person's own word, and nobody translated it."""
    for language, trade in (("de", True), ("en", False), ("ar", False)):
        voice = replace(VOICE, trade="Zimmerei", appeals={language: VOICE.appeals[language]})
        found = " ".join(texts(FACEBOOK, voice, 8))
        assert ("Zimmerei" in found) is trade
    english = replace(VOICE, place="München", appeals={"en": EN})
    assert all("München" not in text for text in texts(FACEBOOK, english, 8))


@pytest.mark.parametrize("sentence", ["Ich lerne schnell und gern. ", "sehr ", "a"])
def test_a_long_appeal_asks_the_slow_count_for_little(sentence: str) -> None:
    """What is surely too long is never measured."""
    asked: list[int] = []

    def count(text: str) -> int:
        asked.append(len(text))
        return weighted(text)

    voice = replace(VOICE, appeals={"de": (sentence * 32_000)[:32_000]})
    rules = replace(X, length=count)
    try:
        compose(voice, 1, rules)
    except Unfit:
        assert "." not in sentence
    assert len(asked) < 40
    if " " in sentence:
        assert max(asked) <= 2 * X.limit
