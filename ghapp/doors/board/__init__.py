"""The board: pages that show every environment, its history and its figures, and stay current on their own."""

from ghapp.doors.board.routes import Board
from ghapp.doors.board.viewer import EVERYTHING, Viewer, see_everything

__all__ = ["EVERYTHING", "Board", "Viewer", "see_everything"]
