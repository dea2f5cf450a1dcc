"""What a web page says about itself: read in the process that reads strangers' files."""
