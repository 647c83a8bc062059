"""The commands: every act of the program without a screen."""
