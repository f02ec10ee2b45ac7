"""QuickBooks' refusals: reading them out of any answer, telling what they mean, turning them into one error.

Pure: bytes and words in, values out. :func:`parse` finds the faults, :func:`classify` looks one up in the
table, :func:`to_error` judges a whole answer, status first.
"""

from qbo_connector.qbo.faults.classify import Classified, classify
from qbo_connector.qbo.faults.context import Context
from qbo_connector.qbo.faults.judge import Trace, to_error
from qbo_connector.qbo.faults.parsing import faults_in, parse
from qbo_connector.qbo.faults.reasons import REASONS, Standing
from qbo_connector.qbo.faults.table import Recovery
from qbo_connector.qbo.faults.value import Fault

__all__ = [
    "REASONS",
    "Classified",
    "Context",
    "Fault",
    "Recovery",
    "Standing",
    "Trace",
    "classify",
    "faults_in",
    "parse",
    "to_error",
]
