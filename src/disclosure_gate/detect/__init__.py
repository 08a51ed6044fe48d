"""What stands in the text: spans that may have to be masked, and marks the text carries about itself."""

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.marks import secret_mark
from disclosure_gate.detect.scan import Scanner, built_in_detectors

__all__ = ["Detector", "Hit", "Scanner", "built_in_detectors", "secret_mark"]
