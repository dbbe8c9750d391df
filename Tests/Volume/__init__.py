"""The laboratory of volumes: two workers on machines of their own over one volume, and what may not happen there."""
