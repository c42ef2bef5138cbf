"""What nobody can mistake for anything but a residence status, in further languages.

As it is written; ``*`` stands for any ending. What also has an innocent meaning is left out:
asilo and притулок are homes for the old or for animals as well.
"""

STATUS_WORDS = {
    "uk": (
        "статус* біжен*", "визнан* біжен*", "посвідк* на проживання", "посвідк* на тимчасов*",
        "дозв* на проживання", "дозв* на перебування", "тимчасов* захист*", "додатков* захист*",
        "субсидіарн* захист*", "шукач* притулку", "політичн* притул*", "заяв* про притулок",
        "прохання про притулок", "надання притулку", "депортац*", "депортува*", "без громадянства",
        "блакитн* карт*", "дульдунг*",
    ),
    "ru": (
        "статус* беженц*", "признан* беженц*", "признан* беженк*", "вид* на жительство", "внж",
        "временн* защит*", "дополнительн* защит*", "субсидиарн* защит*", "убежищ*", "депортац*",
        "депортир*", "без гражданства", "голуб* карт*", "разрешени* на пребывание",
        "разрешени* на проживание", "дульдунг*", "азюл*",
    ),
    "tr": (
        "oturma izn*", "oturum izn*", "oturum kart*", "oturma hakkı*", "ikamet izn*",
        "ikamet tezkere*", "iltica*", "sığınmacı*", "sığınma başvuru*", "sığınma hakkı*",
        "mülteci statü*", "mülteci olarak tanın*", "geçici koruma*", "ikincil koruma*",
        "sınır dışı*", "vatansız*", "mavi kart*",
    ),
    "fa": (
        "پناهندگی*", "پناهجو*", "پناه جو*", "اجازه اقامت*", "مجوز اقامت*", "کارت اقامت*", "اقامتم",
        "اقامت موقت", "اقامت دائم*", "اقامت سه ساله", "دولدونگ*", "دولدینگ*", "دیپورت*",
        "حمایت موقت", "حفاظت موقت", "حفاظت ثانو*", "حمایت ثانو*", "بی تابعیت*", "بی‌تابعیت*",
        "کارت آبی",
    ),
    "fr": (
        "demande d'asile", "demandeu* d'asile", "droit d'asile", "asile politique",
        "titre* de séjour", "carte* de séjour", "permis de séjour", "statut de réfugié*",
        "réfugié* reconnu*", "réfugié* statutaire*", "protection subsidiaire",
        "protection temporaire", "sans papiers", "apatride*", "expulsable*", "oqtf",
        "obligation de quitter", "carte bleue européenne",
    ),
    "es": (
        "solicitante* de asilo", "solicitud* de asilo", "asilo político", "derecho de asilo",
        "permiso* de residencia", "tarjeta* de residencia", "estatus de refugiad*",
        "estatuto de refugiad*", "refugiad* reconocid*", "protección subsidiaria",
        "protección temporal", "protección internacional", "sin papeles", "apátrida*",
        "deportación", "deportad*", "tarjeta azul",
    ),
}  # fmt: skip
