"""The handlers of events, one file for each kind of cause. Only `decide` calls them."""
