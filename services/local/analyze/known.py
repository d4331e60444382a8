"""What is known of an analysis besides its results."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.analysis.journal_lines import End


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the results.

    Attributes:
        end: what the journal says at its end: a crash before the files are written changes nothing in them.
        depends_on: what the results depend on, as the workers say it.
    """

    end: End
    depends_on: Mapping[str, str]
