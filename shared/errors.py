"""Every error that Mien raises on purpose.

MienError
├── SettingsError          a setting is wrong, unknown or missing
├── BrokerError            the broker does not do what it must
│   ├── BrokerUnreachable  nobody answers at its address
│   ├── BrokerRefused      it answers and says no: a wrong password, a missing right
│   └── BrokerErrorReply   it answers a command with an error: a key of another type, out of memory
├── RecordingGone          the broker lost a recording that was in work
├── EntryError             a stream entry cannot be decoded
├── PictureError           bytes that are no usable picture
├── SourceError            a camera source cannot be opened or read
├── ModelError             a model file does not fit
├── AnalysisError          the results of a recording cannot be kept or written
│   ├── JournalError       a journal is another recording's, damaged or in use
│   └── EncodeError        the annotated video cannot be written
└── DatasetError           training data does not fit
"""


class MienError(Exception):
    """Base of all: its text is one line for a person, and names what is wrong."""


class SettingsError(MienError):
    """Raised when a setting is wrong, unknown or missing; names the variable."""


class BrokerError(MienError):
    """Raised when the broker does not do what it must."""


class BrokerUnreachable(BrokerError):
    """Raised when nobody answers at the broker's address."""


class BrokerRefused(BrokerError):
    """Raised when the broker answers and refuses: wrong password, missing right."""


class BrokerErrorReply(BrokerError):
    """Raised when the broker answers a command with an error; the next command, or another key, may do."""


class RecordingGone(MienError):
    """Raised when the broker knows nothing of a recording that was in work: it restarted, or was emptied."""


class EntryError(MienError):
    """Raised when a stream entry cannot be decoded; names the field."""


class PictureError(MienError):
    """Raised when bytes are no usable picture: truncated, too large, not a JPEG."""


class SourceError(MienError):
    """Raised when a camera source cannot be opened or read; names the source without credentials."""


class ModelError(MienError):
    """Raised when a model file does not fit: absent, unreadable, wrong inputs or outputs."""


class AnalysisError(MienError):
    """Raised when the results of a recording cannot be kept or written: some are there already, no room."""


class JournalError(AnalysisError):
    """Raised when a journal is another recording's or of other settings, is damaged, or is in use."""


class EncodeError(AnalysisError):
    """Raised when the annotated video cannot be written: FFmpeg is missing, or fails."""


class DatasetError(MienError):
    """Raised when training data does not fit; names the file and the row."""
