"""Words that strangers, platforms and files may bring along, each made to do harm somewhere.

Nothing here may act: no terminal, browser, spreadsheet, log reader, calendar, shell or database may
take it for more than words. What would act leaves the word in ``SIGN``.
"""

SIGN = "hostile"
# As the program itself writes an event into its log.
EVENT = f"2026-11-23 09:00:00,000 ERROR {SIGN}: all is lost"
WORDS = {
    "screen": f"\x1b[2J\x1b[31m{SIGN}\x1b]0;{SIGN}\x07\x9b31m",
    "link": f"\x1b]8;;https://{SIGN}.example\x1b\\press here\x1b]8;;\x1b\\",
    "direction": f"\u202e{SIGN[::-1]}\u202c \u2066{SIGN}\u2069\u200f",
    "event": f"x\r\n{EVENT}\x85{EVENT}\u2028{EVENT}\v{EVENT}\r{EVENT}",
    "script": f"<script>{SIGN}()</script><img src=x onerror={SIGN}()>",
    "attribute": f"\"'><svg onload={SIGN}()><a href='javascript:{SIGN}()'>",
    "template": f"{{{{ {SIGN} }}}}{{% {SIGN} %}}{{0.__class__}}%({SIGN})s",
    "formula": f'=HYPERLINK("https://{SIGN}.example";"{SIGN}")',
    "plus": f"+1+cmd|' /C {SIGN}'!A0",
    "minus": f"-1+cmd|' /C {SIGN}'!A0",
    "at": f"@SUM({SIGN})",
    "tab": f"\t={SIGN}",
    "query": f"{SIGN}'); DROP TABLE reply; --",
    "header": f"{SIGN}\r\nBcc: {SIGN}\r\nBEGIN:VALARM\r\n\r\n{SIGN}",
    "path": f"../../{SIGN}",
    "option": f"-rf {SIGN}",
    "markup": f"[red]{SIGN}[/red][link=https://{SIGN}.example]x[/link][/]",
}
ALL = " ".join(WORDS.values())
# Short enough to be left whole in the 300 signs that a network's words may have.
SHORT = f"\x1b]8;;https://{SIGN}.example\x1b\\\u202e[red]<b onclick={SIGN}()>\r\n{EVENT}\r\n"
# What a disk takes as a file's name.
FILE = f"=einwilligung-tirhas {SIGN}() <script>\x1b[31m\u202e[red]\n{EVENT}.pdf"
