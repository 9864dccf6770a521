"""Choices of offices and their people."""

from app.values.choices import Choice
from app.values.errors import N_


class Language(Choice):
    """A language of the interface, named in itself."""

    ENGLISH = "en", "English"
    SIMPLIFIED_CHINESE = "zh_Hans", "简体中文"
    TRADITIONAL_CHINESE = "zh_Hant", "繁體中文"
    VIETNAMESE = "vi", "Tiếng Việt"


class Currency(Choice):
    """A currency an office keeps its books in."""

    CNY = "CNY", N_("Renminbi")
    HKD = "HKD", N_("Hong Kong dollar")
    VND = "VND", N_("Vietnamese dong")
    USD = "USD", N_("US dollar")


class Gender(Choice):
    MALE = "male", N_("Male")
    FEMALE = "female", N_("Female")


class VoucherForm(Choice):
    """The line under "Mẫu số" on Vietnamese cash papers."""

    TT99 = "tt99", "Thông tư 99/2025/TT-BTC"
    TT133 = "tt133", "Thông tư 133/2016/TT-BTC"
    TT200 = "tt200", "Thông tư 200/2014/TT-BTC"
    OWN = "own", N_("Form of the office's own")


class Copies(Choice):
    """How a paper's copies come out."""

    LASER = "laser", N_("One page per copy")
    CARBON = "carbon", N_("One page of multi-part paper")
    SINGLE = "single", N_("One copy for the customer")
    SLIP = "slip", N_("A slip of 80 mm for the customer")


class SignInState(Choice):
    """How a session stands."""

    THIS = "this", N_("This device"), "info", "device-desktop"
    LIVE = "live", N_("Signed in"), "good", "circle-check"
    ENDED = "ended", N_("Ended"), "neutral", "logout"


class FactorState(Choice):
    """How a person's second factor stands."""

    ON = "on", N_("On"), "good", "shield-check"
    OFF = "off", N_("Off"), "neutral", "circle-dashed"
    MISSING = "missing", N_("Required, not set up yet"), "amber", "alert-triangle"
