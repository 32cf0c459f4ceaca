"""Files people send: none, anywhere. Nothing here has a use for one, and the temporary folder is not ours to fill."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError


class NoFiles(FileUploadHandler):
    """Ends the reading of a request at its first file; the answer is 400 and the words of `templates/400.html`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise MultiPartParserError("No files can be sent here.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
