"""The Python calls that matter to a judge of code: what they can do, and what kind of value they give.

Names are canonical: builtins without module, a method of what a call returns written after the call's name
(`socket.socket.connect`). A name that ends in `.*` stands for everything below it.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from customhouse.model.code import CapabilityKind, Origin
from customhouse.model.lazy_regex import lazy_regex


class Api(NamedTuple):
    """What one call can do (`kind`), and where its result comes from (`origin`); either may be None."""

    kind: CapabilityKind | None
    origin: Origin | None


_NETWORK = """
socket.socket socket.create_connection socket.create_server socket.getaddrinfo socket.gethostbyname
socket.gethostbyname_ex socket.gethostbyaddr socket.getnameinfo socket.socketpair socket.fromfd socket.SocketType
socket.socket.connect socket.socket.connect_ex socket.socket.send socket.socket.sendall socket.socket.sendto
socket.socket.recv socket.socket.recvfrom socket.socket.bind socket.socket.makefile socket.create_connection.*
ssl.wrap_socket ssl.get_server_certificate ssl.SSLSocket ssl.create_default_context.wrap_socket
ssl.SSLContext.wrap_socket
urllib.request.urlopen urllib.request.urlretrieve urllib.request.Request urllib.request.build_opener
urllib.request.build_opener.open urllib.request.install_opener urllib.request.URLopener urllib.request.URLopener.*
urllib.request.FancyURLopener urllib.request.FancyURLopener.* urllib.request.OpenerDirector.*
urllib.URLopener urllib.FancyURLopener
http.client.HTTPConnection http.client.HTTPSConnection http.client.HTTPConnection.request
http.client.HTTPSConnection.request http.client.HTTPSConnection.putrequest http.client.HTTPSConnection.getresponse
http.client.HTTPConnection.getresponse
requests.get requests.post requests.put requests.patch requests.delete requests.head requests.options requests.request
requests.Session requests.Session.* requests.api.* requests.sessions.Session
requests.sessions.Session.*
httpx.get httpx.post httpx.put httpx.patch httpx.delete httpx.head httpx.options httpx.request httpx.stream
httpx.Client httpx.AsyncClient httpx.Client.* httpx.AsyncClient.*
aiohttp.ClientSession aiohttp.ClientSession.* aiohttp.request
urllib3.PoolManager urllib3.PoolManager.* urllib3.HTTPSConnectionPool urllib3.HTTPConnectionPool urllib3.ProxyManager
urllib3.request urllib3.connection_from_url
ftplib.FTP ftplib.FTP_TLS ftplib.FTP.* ftplib.FTP_TLS.* smtplib.SMTP smtplib.SMTP_SSL smtplib.SMTP.*
smtplib.SMTP_SSL.* poplib.POP3 poplib.POP3_SSL imaplib.IMAP4 imaplib.IMAP4_SSL telnetlib.Telnet nntplib.NNTP
xmlrpc.client.ServerProxy xmlrpc.client.ServerProxy.* xmlrpclib.ServerProxy
dns.resolver.resolve dns.resolver.query dns.resolver.Resolver dns.resolver.Resolver.* dns.query.* dns.asyncresolver.*
webbrowser.open webbrowser.open_new webbrowser.open_new_tab webbrowser.get.open
paramiko.SSHClient paramiko.SSHClient.* paramiko.Transport paramiko.SFTPClient.*
asyncio.open_connection asyncio.start_server asyncio.open_unix_connection asyncio.get_event_loop.create_connection
asyncio.get_running_loop.create_connection asyncio.get_event_loop.create_datagram_endpoint
asyncio.get_running_loop.create_datagram_endpoint asyncio.get_running_loop.getaddrinfo
asyncio.get_event_loop.sock_connect asyncio.get_running_loop.sock_connect
websockets.connect websockets.serve websocket.create_connection websocket.WebSocketApp
websocket.WebSocketApp.run_forever socketserver.TCPServer socketserver.UDPServer socketserver.ThreadingTCPServer
http.server.HTTPServer http.server.ThreadingHTTPServer pycurl.Curl pycurl.Curl.* treq.get treq.post wget.download
socks.socksocket socks.set_default_proxy tldextract.extract telebot.TeleBot telebot.TeleBot.* telegram.Bot
telegram.Bot.* discord.Webhook.* discord_webhook.DiscordWebhook pysftp.Connection scapy.all.send scapy.all.sr1
"""
_PROCESS = """
os.system os.popen os.popen2 os.popen3 os.popen4 os.startfile os.fork os.forkpty
os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe
os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp
subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen subprocess.getoutput
subprocess.getstatusoutput _posixsubprocess.fork_exec _winapi.CreateProcess win32process.CreateProcess
win32api.ShellExecute win32api.WinExec win32com.shell.shell.ShellExecuteEx
pty.spawn pty.fork commands.getoutput commands.getstatusoutput popen2.popen2 popen2.popen3 popen2.Popen3
asyncio.create_subprocess_exec asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_exec
asyncio.subprocess.create_subprocess_shell asyncio.get_event_loop.subprocess_exec
asyncio.get_event_loop.subprocess_shell asyncio.get_running_loop.subprocess_exec
asyncio.get_running_loop.subprocess_shell anyio.run_process anyio.open_process trio.run_process
pexpect.spawn pexpect.run pexpect.popen_spawn.PopenSpawn psutil.Popen sh.Command sh.* plumbum.local.*
distutils.spawn.spawn setuptools._distutils.spawn.spawn platform.popen pip.main pip._internal.main
pip._internal.cli.main.main invoke.run fabric.Connection.* dbus.SystemBus dbus.SessionBus
"""
_DYNAMIC = """
eval exec execfile compile marshal.load marshal.loads pickle.load pickle.loads pickle.Unpickler dill.load dill.loads
cloudpickle.load cloudpickle.loads jsonpickle.decode
runpy.run_path runpy.run_module runpy._run_code types.FunctionType types.CodeType types.LambdaType code.interact
code.InteractiveInterpreter code.InteractiveConsole code.InteractiveInterpreter.runcode
code.InteractiveInterpreter.runsource code.InteractiveConsole.push code.compile_command codeop.compile_command
imp.load_source imp.load_module imp.load_compiled imp.load_package imp.new_module
importlib.util.module_from_spec importlib.util.spec_from_file_location importlib.util.spec_from_loader
importlib.util.spec_from_file_location.loader.exec_module importlib.util.spec_from_loader.loader.exec_module
importlib.machinery.SourceFileLoader importlib.machinery.SourceFileLoader.* importlib.machinery.SourcelessFileLoader
importlib.machinery.SourcelessFileLoader.* zipimport.zipimporter zipimport.zipimporter.* timeit.timeit timeit.Timer
cProfile.run cProfile.runctx profile.run pdb.run doctest.DocTestRunner.run ctypes.pythonapi.PyRun_SimpleString
_xxsubinterpreters.run_string _interpreters.exec interpreters.run_string
"""
_NATIVE = """
ctypes.CDLL ctypes.PyDLL ctypes.WinDLL ctypes.OleDLL ctypes.CDLL.* ctypes.cdll.* ctypes.windll.* ctypes.oledll.*
ctypes.pydll.* ctypes.pythonapi.* ctypes.CFUNCTYPE ctypes.WINFUNCTYPE ctypes.memmove ctypes.string_at
ctypes.LibraryLoader cffi.FFI cffi.FFI.* cffi.verifier.Verifier _ctypes.dlopen imp.load_dynamic _imp.create_dynamic
importlib.machinery.ExtensionFileLoader importlib.machinery.ExtensionFileLoader.* numpy.ctypeslib.load_library
llvmlite.binding.* torch.ops.load_library torch.classes.load_library torch.utils.cpp_extension.load
torch.utils.cpp_extension.load_inline
"""
_FILES = """
open io.open codecs.open os.open os.fdopen os.write os.remove os.unlink os.rmdir os.removedirs os.rename os.renames
os.replace os.chmod os.lchmod os.fchmod os.chown os.link os.symlink os.mkdir os.makedirs os.truncate os.mkfifo os.mknod
os.listdir os.scandir os.walk os.readlink os.utime
shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move shutil.rmtree shutil.make_archive
shutil.unpack_archive shutil.chown shutil.copyfileobj
pathlib.Path.write_text pathlib.Path.write_bytes pathlib.Path.read_text pathlib.Path.read_bytes pathlib.Path.open
pathlib.Path.unlink pathlib.Path.rmdir pathlib.Path.chmod pathlib.Path.rename pathlib.Path.replace
pathlib.Path.touch pathlib.Path.mkdir pathlib.Path.glob pathlib.Path.rglob pathlib.Path.iterdir
pathlib.Path.symlink_to pathlib.Path.hardlink_to
tempfile.NamedTemporaryFile tempfile.TemporaryFile tempfile.mkstemp tempfile.mkdtemp tempfile.TemporaryDirectory
tempfile.mktemp glob.glob glob.iglob zipfile.ZipFile zipfile.ZipFile.extractall zipfile.ZipFile.extract tarfile.open
tarfile.TarFile tarfile.open.extractall tarfile.open.extract tarfile.TarFile.extractall linecache.getlines
fileinput.input mmap.mmap wave.open PIL.Image.open sqlite3.connect winreg.* _winreg.* plistlib.dump crontab.CronTab
"""
_ENVIRONMENT = "os.getenv os.getenvb os.environ.* os.environb.* posix.environ.*"
_CREDENTIALS = """
keyring.get_password keyring.get_credential keyring.* secretstorage.* browser_cookie3.* win32crypt.CryptUnprotectData
netrc.netrc netrc.netrc.* win32cred.CredEnumerate win32cred.CredRead browsercookie.* pycookiecheat.*
"""
_HOST = """
socket.gethostname socket.getfqdn platform.node platform.uname platform.platform platform.version getpass.getuser
os.getlogin os.uname uuid.getnode uuid.uuid1 pwd.getpwuid pwd.getpwall pwd.getpwnam psutil.users psutil.net_if_addrs
psutil.process_iter psutil.net_connections os.getcwd netifaces.interfaces netifaces.ifaddresses
"""
_DECODERS = """
base64.b64decode base64.standard_b64decode base64.urlsafe_b64decode base64.decodebytes base64.decodestring
base64.b32decode base64.b32hexdecode base64.b16decode base64.b85decode base64.a85decode base64.z85decode base64.decode
binascii.a2b_base64 binascii.a2b_hex binascii.unhexlify binascii.a2b_qp binascii.a2b_uu binascii.rlecode_hqx
bytes.fromhex bytearray.fromhex codecs.decode codecs.getdecoder zlib.decompress zlib.decompressobj
zlib.decompressobj.decompress gzip.decompress gzip.GzipFile bz2.decompress lzma.decompress quopri.decodestring
brotli.decompress zstandard.decompress zstandard.ZstdDecompressor.decompress lz4.frame.decompress snappy.decompress
cryptography.fernet.Fernet.decrypt Crypto.Cipher.AES.new.decrypt Cryptodome.Cipher.AES.new.decrypt
Crypto.Cipher.ARC4.new.decrypt Crypto.Cipher.DES.new.decrypt pyDes.des.decrypt rsa.decrypt nacl.secret.SecretBox.decrypt
cryptography.hazmat.primitives.ciphers.Cipher.decryptor.update pyaes.AESModeOfOperationCBC.decrypt
"""
#: Keys that are pressed, the clipboard, the screen. What a listener hears is handed to a function of the caller's.
_CAPTURED = """
pyperclip.paste pyperclip.waitForPaste pyperclip.waitForNewPaste clipboard.paste win32clipboard.GetClipboardData
tkinter.Tk.clipboard_get Tkinter.Tk.clipboard_get PIL.ImageGrab.grab PIL.ImageGrab.grabclipboard pyscreenshot.grab
pyautogui.screenshot mss.mss mss.mss.grab mss.mss.shot mss.tools.to_png pyscreeze.screenshot dxcam.create
pynput.keyboard.Listener pynput.keyboard.Listener.* pynput.mouse.Listener keyboard.on_press keyboard.on_release
keyboard.hook keyboard.record keyboard.read_key keyboard.read_event keyboard.start_recording keyboard.get_typed_strings
pyHook.HookManager pyWinhook.HookManager pyxhook.HookManager pythoncom.PumpMessages evdev.InputDevice.read_loop
cv2.VideoCapture pyaudio.PyAudio.open sounddevice.rec
"""
#: Asked for by conditions, and waits.
_ASKED = """
time.sleep locale.getlocale locale.getdefaultlocale locale.setlocale sys.gettrace os.cpu_count multiprocessing.cpu_count
psutil.virtual_memory psutil.cpu_count psutil.process_iter psutil.disk_usage platform.machine time.tzname
pyperclip.copy clipboard.copy win32clipboard.SetClipboardText win32clipboard.SetClipboardData
tkinter.Tk.clipboard_append
"""
_HOOKS = """
sys.meta_path.append sys.meta_path.insert sys.path_hooks.append sys.path_hooks.insert sys.settrace sys.setprofile
sys.addaudithook atexit.register signal.signal threading.Thread threading.Timer multiprocessing.Process
codecs.register importlib.import_module __import__ getattr
site.addsitedir sys.path.append sys.path.insert
"""

_RUNNERS_TEXT = """
threading.Thread threading.Timer multiprocessing.Process _thread.start_new_thread thread.start_new_thread
atexit.register asyncio.run asyncio.create_task asyncio.ensure_future asyncio.gather asyncio.to_thread
asyncio.get_event_loop.run_until_complete asyncio.new_event_loop.run_until_complete
asyncio.get_event_loop.run_in_executor asyncio.get_event_loop.create_task anyio.run trio.run
concurrent.futures.ThreadPoolExecutor.submit concurrent.futures.ThreadPoolExecutor.map
concurrent.futures.ProcessPoolExecutor.submit multiprocessing.Pool.map multiprocessing.Pool.apply_async
multiprocessing.pool.ThreadPool.map signal.signal sys.settrace sys.setprofile sys.addaudithook map filter
functools.reduce reduce sorted min max any all list tuple set next iter functools.partial functools.partialmethod
weakref.finalize contextlib.ExitStack.callback sched.scheduler.enter timeit.timeit operator.call builtins.map apply
itertools.starmap itertools.accumulate asyncio.get_event_loop.call_soon asyncio.get_event_loop.call_later
"""
#: Calls that run a function handed to them; what is handed to one at load runs at load.
RUNNERS = frozenset(_RUNNERS_TEXT.split())

#: Vendored and compatibility copies that are the same module under a longer name.
_COPIES = (
    "pip._vendor.",
    "setuptools._vendor.",
    "setuptools.extern.",
    "pkg_resources.extern.",
    "six.moves.",
    "future.moves.",
    "future.backports.",
    "botocore.vendored.",
    "eventlet.green.",
    "gevent.",
)
_SAME = {
    "posix.": "os.",
    "nt.": "os.",
    "builtins.": "",
    "__builtin__.": "",
    "__builtins__.": "",
    "_socket.": "socket.",
    "httplib.": "http.client.",
    "urllib2.": "urllib.request.",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "_io.": "io.",
    "_ctypes.": "ctypes.",
    "cPickle.": "pickle.",
    "_pickle.": "pickle.",
    "posixpath.": "os.path.",
    "ntpath.": "os.path.",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.WindowsPath": "pathlib.Path",
    "importlib.__import__": "__import__",
    "importlib._bootstrap._gcd_import": "importlib.import_module",
    "requests.session": "requests.Session",
    "aiohttp.client.": "aiohttp.",
    "imp.reload": "importlib.reload",
}


@cache
def _tables() -> tuple[dict[str, Api], dict[str, Api]]:
    """Exact names, and prefixes (without the `.*`). Later tables add an origin to what an earlier one knows."""
    exact: dict[str, Api] = {}
    below: dict[str, Api] = {}
    rows: tuple[tuple[str, CapabilityKind | None, Origin | None], ...] = (
        (_HOOKS, None, None),
        (_ASKED, None, None),
        (_HOST, None, "host"),
        (_CAPTURED, None, "captured"),
        (_DECODERS, None, "decoded"),
        (_FILES, "filesystem", "file"),
        (_CREDENTIALS, "credentials", "credentials"),
        (_ENVIRONMENT, "environment", "environment"),
        (_NATIVE, "native-code", None),
        (_DYNAMIC, "dynamic-code", None),
        ("marshal.loads", "dynamic-code", "decoded"),
        (_PROCESS, "process", None),
        (_NETWORK, "network", "network"),
    )
    for names, kind, origin in rows:
        for name in names.split():
            if name.endswith(".*"):
                below[name[:-2]] = Api(kind, origin)
            else:
                exact[name] = Api(kind, origin)
    return exact, below


#: A module that is reached through another one's import of it: `shutil.os.system`, `random._os.system`.
_THROUGH = lazy_regex(r"\w[\w.]*\._?(os|sys|subprocess|socket|builtins|importlib|ctypes|shutil)\.")


@lru_cache(8192)
def canonical(dotted: str) -> str:
    """Give the one name of a call that has several: copies, C accelerators, Python 2 modules."""
    through = _THROUGH.match(dotted)
    if through is not None and not dotted.startswith(f"{through[1]}."):
        dotted = f"{through[1]}.{dotted[through.end() :]}"
    for copy in _COPIES:
        if dotted.startswith(copy):
            dotted = dotted[len(copy) :]
            break
    for prefix, name in _SAME.items():
        if dotted.startswith(prefix):
            return name + dotted[len(prefix) :]
    return dotted


@lru_cache(8192)
def api(dotted: str) -> Api | None:
    """Look up a canonical name; None when the call is of no interest."""
    exact, below = _tables()
    found = exact.get(dotted)
    if found is not None:
        return found
    head = dotted
    while "." in head:
        head = head.rpartition(".")[0]
        found = below.get(head)
        if found is not None:
            return found
    return None


@cache
def modules() -> frozenset[str]:
    """First parts of every name in the tables, copies and synonyms included: only these imports can lead to one."""
    exact, below = _tables()
    names = {name.partition(".")[0] for name in (*exact, *below) if "." in name or name in below}
    names |= {name.partition(".")[0] for name in (*_COPIES, *_SAME)}
    return frozenset(
        names
        | {
            "base64",
            "textwrap",
            "urllib",
            "importlib",
            "operator",
            "functools",
            "pkgutil",
            "pydoc",
            "string",
            "os",
            "sys",
            "itertools",
        }
    )


@cache
def telling_builtins() -> frozenset[str]:
    """Builtins whose calls are looked at; the other followed ones matter only where a constant is folded."""
    exact, _ = _tables()
    followed = {"getattr", "globals", "locals", "vars", "map", "filter", "reduce", "sorted", "apply", "__loader__"}
    return frozenset({name for name in exact if "." not in name} | followed | {"__builtins__", "bytes", "bytearray"})


@cache
def builtin_names() -> frozenset[str]:
    """Builtins that the reader follows when no binding hides them."""
    exact, _ = _tables()
    followed = (
        "getattr globals locals vars __builtins__ __loader__ open input bytes bytearray chr unichr ord map str int len"
        " list tuple reversed type reload"
    )
    runners = {name for name in RUNNERS if "." not in name}
    return frozenset({name for name in exact if "." not in name} | set(followed.split()) | runners)


@cache
def below(target: str) -> frozenset[str] | None:
    """The names that lead on from an imported module or member to something in the tables; None for all names."""
    target = canonical(target)
    exact, prefixes = _tables()
    if target in _ALWAYS or target in exact or api(f"{target}.x") is not None:
        return None
    start = f"{target}."
    names = {name[len(start) :].partition(".")[0] for name in (*exact, *prefixes) if name.startswith(start)}
    for longer in (*_COPIES, *_SAME):
        if longer.startswith(start):
            names.add(longer[len(start) :].partition(".")[0])
    return frozenset(names | _MORE.get(target, frozenset()))


_ALWAYS = frozenset({"importlib", "builtins", "__builtin__", "pkgutil", "pydoc", "os.environ", "os.environb"})
_MORE = {
    "sys": frozenset({"modules"}),
    "operator": frozenset({"methodcaller", "attrgetter", "itemgetter", "call"}),
    "os": frozenset({"environ", "environb"}),
    "gc": frozenset({"get_objects"}),
}
