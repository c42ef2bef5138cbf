"""What an appeal may say of a person's life, and what of their papers."""

import pytest

from orchestrator.compose.status import tells_status


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe eine Duldung und suche eine Ausbildung.",
        "Seit drei Jahren bin ich nur geduldet.",
        "Er ist in Deutschland geduldet, will aber arbeiten",
        "Mit meiner Ausbildungsduldung kann ich sofort anfangen.",
        "Ich habe eine Aufenthaltsgestattung.",
        "Mit GESTATTUNG, darf arbeiten!",
        "Mein Asylantrag läuft noch.",
        "Asylbewerber, 24, sucht Stelle im Lager.",
        "#Asyl #Arbeit",
        "Meine Aufenthaltserlaubnis gilt bis 2028.",
        "Ich habe eine Niederlassungserlaubnis",
        "Ich bin anerkannter Flüchtling.",
        "als Fluechtling anerkannt",
        "Ich habe den Flüchtlingsstatus.",
        "Ich habe subsidiären Schutz bekommen.",
        "Aufenthalt nach § 24 AufenthG",
        "Ohne Arbeit droht mir die Abschiebung.",
        "Die Ausländerbehörde muss noch zustimmen.",
        "I am an asylum seeker and a good cook.",
        "My residence permit is valid until 2028.",
        "I have refugee status.",
        "I have been only tolerated here for years.",
        "I am here under temporary protection.",
        "أنا طالب لجوء وأبحث عن عمل.",
        "قدمت طلب اللجوء قبل سنتين.",
        "لدي تصريح إقامة لثلاث سنوات.",
        "حصلت على الحماية الثانوية.",
        "أنا لاجئ معترف به.",
        "معي دولدونغ وأريد أن أعمل",
        "أخاف من الترحيل.",
    ],
)
def test_papers_are_nobodys_business(text: str) -> None:
    """Every status, in three languages, in capitals, as a hashtag or spelled out."""
    assert tells_status(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin vor dem Krieg geflüchtet und habe zwei Kinder.",
        "Ich darf arbeiten und kann sofort anfangen.",
        "Ich habe eine Arbeitserlaubnis.",
        "Ich bin geduldig, freundlich und pünktlich.",
        "Unordnung wird in meiner Küche nicht geduldet.",
        "Ich gestalte Gärten; die Gestaltung von Höfen ist mein Fach.",
        "Ein Auslandsaufenthalt in Kanada hat mich geprägt.",
        "Ich putze den Aufenthaltsraum und die Gästezimmer.",
        "Im Tierheim und im Tierasyl habe ich Hunde gepflegt.",
        "Im Helferkreis Asyl übersetze ich, auch in der Asylberatung.",
        "Ehrenamtlich helfe ich in der Flüchtlingshilfe.",
        "Ich kann Waren annehmen, prüfen und verschieben.",
        "Kontakt über den Verein, Haus 24, Paragraf 1 der Satzung.",
        "I fled from the war; my daughter was born here.",
        "I am patient and tolerate stress.",
        "I work as a guide; residents and guests like me.",
        "I have a driving licence and a work permit.",
        "أبحث عن عمل في الخياطة، ويمكنني العمل فوراً.",
        "عملت خمس سنوات في فندق، وأحب إقامة الحفلات.",
        "هربت من الحرب مع عائلتي.",
        "عملت في شركة ترجمة ومكتب محاسبة.",
        "Ich habe Schutzkleidung und den Staplerschein.",
    ],
)
def test_a_life_may_be_told(text: str) -> None:
    """Flight, patience, gardens and guest rooms are no status."""
    assert not tells_status(text)
