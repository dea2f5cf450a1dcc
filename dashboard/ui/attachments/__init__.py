"""The files of a draft: choosing, ordering, describing, changing and removing them."""
