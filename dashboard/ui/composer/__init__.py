"""What the Composer and Drafts pages draw."""
