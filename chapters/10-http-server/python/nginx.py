"""nginx in one process, of the files in a directory: python3 nginx.py ADDRESS DIRECTORY."""

import os
import sys
from pathlib import Path

address, root = sys.argv[1], Path(sys.argv[2]).resolve()
CONFIG = f"""
daemon off; master_process off; pid nginx.pid; error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; keepalive_requests 100000000;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    types {{ text/html html; text/plain txt; }}
    server {{ listen {address}; root {root}; }}
}}
"""
Path("nginx.conf").write_text(CONFIG)
here = os.getcwd()
os.environ["PATH"] += ":/usr/sbin:/sbin"  # where Debian has servers
os.execlp("nginx", "nginx", "-p", here, "-c", f"{here}/nginx.conf", "-e", "stderr")
