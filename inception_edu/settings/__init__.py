"""Settings as data: each is declared once, with what it means and which values it may have.

`values` checks one value against a type and limits; `sections` makes groups of settings of them. What reads settings
or results from files, a shell or a caller goes through here, so that every wrong value ends in one line that names it.
"""

from .sections import Section, build, describe, flatten, section, setting, to_dict
from .values import Limits, SettingError, key_path, nearest, typed

__all__ = [
    "Limits",
    "Section",
    "SettingError",
    "build",
    "describe",
    "flatten",
    "key_path",
    "nearest",
    "section",
    "setting",
    "to_dict",
    "typed",
]
