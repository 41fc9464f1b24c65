"""The board: pages that show every environment, its history and its figures, and stay current on their own."""
