"""What the buttons of findings do; one module for each kind of thing that they change."""
