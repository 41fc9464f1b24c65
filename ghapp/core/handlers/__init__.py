"""What each kind of event does to the state, one file a kind of cause. `decide` calls them; nothing else does."""
