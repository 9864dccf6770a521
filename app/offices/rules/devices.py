"""What device a session is on, in words, as far as the browser says so."""

from __future__ import annotations

from app.values.errors import N_, Message

# What stands in the text that browsers send, in the order in which it decides: the first ones also name the later ones.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Zalo", "Zalo"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
LONGEST_PROGRAM = 60


def device_in_words(agent: str) -> Message | str:
    """Return the browser and the system of ``agent``; of a program its own name."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    if browser and system:
        return Message("%(browser)s on %(system)s", browser=browser, system=system)
    known = browser or system
    if known:
        return known
    program = agent.partition("/")[0].strip()[:LONGEST_PROGRAM]
    return Message("Program %(name)s", name=program) if program else N_("Unknown device")
