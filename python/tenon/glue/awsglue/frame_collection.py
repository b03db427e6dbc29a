"""DynamicFrameCollection: frames by name, as split_fields and relationalize give them."""

from awsglue.dynamicframe import DynamicFrame


class DynamicFrameCollection:
    def __init__(self, dynamic_frames, glue_ctx):
        if isinstance(dynamic_frames, dict):
            self._frames = dict(dynamic_frames)
        elif isinstance(dynamic_frames, list):
            self._frames = {frame.name: frame for frame in dynamic_frames}
        else:
            raise TypeError("dynamic_frames must be list or dict.")
        self._glue_ctx = glue_ctx

    def __getitem__(self, key):
        return self._frames[key]

    def __len__(self):
        return len(self._frames)

    def __iter__(self):
        return iter(self._frames)

    def __contains__(self, key):
        return key in self._frames

    def keys(self):
        return self._frames.keys()

    def values(self):
        return self._frames.values()

    def items(self):
        return self._frames.items()

    def select(self, key, transformation_ctx=""):
        """The frame of this name; without one, a frame without records."""
        if key in self._frames:
            return self._frames[key]
        if not self._frames:
            raise KeyError(key)
        return next(iter(self._frames.values()))._without_records(key)

    def map(self, callable, transformation_ctx=""):
        """A collection of what `callable(frame, ctx)` gives of each frame."""
        frames = {}
        for key, frame in self._frames.items():
            made = callable(frame, f"{transformation_ctx}:{key}")
            if not isinstance(made, DynamicFrame):
                raise TypeError(f"callable must return a DynamicFrame. Got {type(made)}")
            frames[key] = made
        return DynamicFrameCollection(frames, self._glue_ctx)

    def flatmap(self, f, transformation_ctx=""):
        """The same where `f` may give collections: one collection of all their frames."""
        frames = {}
        for frame in self._frames.values():
            made = f(frame, f"{transformation_ctx}:{frame.name}")
            if isinstance(made, DynamicFrame):
                frames[made.name] = made
            elif isinstance(made, DynamicFrameCollection):
                frames.update(made.items())
            else:
                raise TypeError(f"f must return a DynamicFrame or a DynamicFrameCollection. Got {type(made)}")
        return DynamicFrameCollection(frames, self._glue_ctx)

    def __repr__(self):
        return f"DynamicFrameCollection(keys={list(self._frames)!r})"
