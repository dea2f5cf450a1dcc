"""What the feed page draws beside the posts: the demo, the faults as stories, and the time machine."""
