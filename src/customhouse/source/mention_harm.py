"""Mentions of what harms a machine or its owner: places that run code again, miners, wallets, capture, destruction."""

from customhouse.source.mention_sign import Sign

# fmt: off
# ruff: noqa: E501 - one line a pattern

SHELLS = (
    Sign("reverse-shell", "/dev/tcp", r"\/dev\/(tcp|udp)\/"),
    Sign("reverse-shell", "bash -i", r"\b(ba|z|da|k)?sh -i\b.{0,20}[>|]"),
    Sign("reverse-shell", "nc -e", r"\b(nc|ncat|netcat)(\.exe)? (-[a-z]{1,6} ){0,4}-[a-z]{0,4}[ec]\b"),
    Sign("reverse-shell", "mkfifo", r"\bmkfifo \/tmp\/"),
    Sign("reverse-shell", "pty.spawn", r"\bpty\.spawn\([\"'\\]{1,3}(\/bin\/)?(ba|z|da)?sh\b", "sc"),
    Sign("reverse-shell", "socat exec", r"\bsocat\b.{0,80}\bexec:"),
    Sign("reverse-shell", "TCPClient", r"\bNet\.Sockets\.TCPClient\b"),
)

PERSISTENCE = (
    Sign("persistence-path", "crontab", r"(\bcrontab\b|\/etc\/cron\.?[a-z]{0,8}\b|\/var\/spool\/cron\b|@reboot\b)"),
    Sign("persistence-path", "crontab", r"\bnode-?cron\b.{0,20}install", "s"),
    Sign("persistence-path", "systemd unit", r"\bsystemd\/(system|user)\b|\bsystemctl\b.{0,40}\b(enable|daemon-reload)\b"),
    Sign("persistence-path", "systemd unit", r"\bWantedBy ?= ?(multi-user|default|graphical)\.target\b"),
    Sign("persistence-path", "systemd unit", r"\bloginctl enable-linger\b"),
    Sign("persistence-path", "init script", r"\/etc\/(init\.d|rc\.local|profile\.d)\b"),
    Sign("persistence-path", "autostart", r"\.config\/autostart\b"),
    Sign("persistence-path", "LaunchAgent", r"\bLibrary\/Launch(Agents|Daemons)\b|\blaunchctl\b.{0,20}\b(load|bootstrap|enable)\b"),
    Sign("persistence-path", "login item", r"\bmake login item at end\b|\bLSSharedFileList\b"),
    Sign("persistence-path", "Run key", r"\bCurrentVersion[\\\/]{1,4}Run(Once)?\b"),
    Sign("persistence-path", "Startup folder", r"\bStart Menu[\\\/]{1,4}Programs[\\\/]{1,4}Startup\b|\bshell:startup\b"),
    Sign("persistence-path", "Startup folder", r"[\\\/]Startup[\\\/]{1,4}[\w.-]{1,60}\.(exe|lnk|bat|vbs|cmd|js|ps1)\b"),
    Sign("persistence-path", "scheduled task", r"\bschtasks(\.exe)?\b.{0,30}\/create\b|\bRegister-ScheduledTask\b"),
    Sign("persistence-path", "Windows service", r"\bsc(\.exe)? create [\w-]|\bNew-Service\b"),
    Sign("persistence-path", "Winlogon", r"\bWinlogon[\\\/]{0,4}(Shell|Userinit)?\b|\bImage File Execution Options\b"),
    Sign("persistence-path", "shell startup file", r"(^|[\"'`\/~ >])\.(bashrc|bash_profile|bash_login|zshrc|zprofile|zshenv|profile|config\/fish\/config\.fish)\b"),
    Sign("persistence-path", "PowerShell profile", r"\bMicrosoft\.PowerShell_profile\.ps1\b"),
    Sign("persistence-path", "authorized_keys", r"\bauthorized_keys\b"),
    Sign("persistence-path", "ld.so.preload", r"\bld\.so\.preload\b"),
    Sign("persistence-path", "LD_PRELOAD", r"\b(LD_PRELOAD|DYLD_INSERT_LIBRARIES)\b"),
    Sign("persistence-path", "Python startup file", r"\b(sitecustomize|usercustomize)\.py\b|\bsite-packages\/[\w.-]{1,60}\.pth\b"),
    Sign("persistence-path", "Node preload", r"\bNODE_OPTIONS\b.{0,20}--(require|import)\b"),
    Sign("persistence-path", "sudoers", r"\/etc\/sudoers\b"),
)

HOOKS = (
    Sign("project-hook", "GitHub workflow", r"\.github[\\\/]{1,2}workflows\b"),
    Sign("project-hook", "GitHub runner", r"\bactions[\\\/-]runner\b|\brunners\/registration-token\b|\bconfig\.sh --url\b"),
    Sign("project-hook", "GitLab pipeline", r"\.gitlab-ci\.yml\b"),
    Sign("project-hook", "git hook", r"\.git[\\\/]{1,2}hooks\b|\bcore\.hooksPath\b"),
    Sign("project-hook", "editor task", r"\.vscode[\\\/]{1,2}(tasks|settings|launch)\.json\b|\brunOn[\"']{0,2}: ?[\"']{0,2}folderOpen\b"),
    Sign("project-hook", "editor extension", r"\.(vscode|cursor|windsurf)[\\\/]{1,2}extensions\b"),
    Sign("project-hook", "agent settings", r"\.claude[\\\/]{1,2}(settings(\.local)?\.json|commands|hooks|agents)\b|\bCLAUDE\.md\b|\bAGENTS\.md\b|\.cursorrules\b|\.cursor[\\\/]{1,2}rules\b"),
    Sign("project-hook", "agent settings", r"\.gemini[\\\/]{1,2}settings\.json\b|\.codex[\\\/]{1,2}config\.toml\b|\bcopilot-instructions\.md\b|\.mcp\.json\b|\bmcp\.json\b"),
    Sign("project-hook", "dev container", r"\.devcontainer[\\\/]{1,2}devcontainer\.json\b"),
)

MINERS = (
    Sign("miner", "stratum", r"\bstratum\+(tcp|ssl|tls|udp):"),
    Sign("miner", "xmrig", r"\b(xmrig|xmr-stak|cpuminer|minerd|ccminer|nbminer|t-rex\.exe|phoenixminer|lolminer|nanominer|cgminer)\b", "sc"),
    Sign("miner", "coinhive", r"\b(coinhive|cryptoloot|coin-?imp|webminepool|deepminer|jsecoin)\b", "sc"),
    Sign("miner", "mining pool", r"\b(minexmr|supportxmr|nanopool|moneroocean|hashvault|2miners|f2pool|nicehash|unmineable|herominers|c3pool|dwarfpool|xmrpool|monerohash)\.(com|org|stream|pro|eu|net|to)\b"),
    Sign("miner", "mining options", r"--(donate-level|cpu-max-threads-hint|randomx-|coin=monero|rig-id)\b"),
    Sign("miner", "randomx", r"\b(randomx|cryptonight|kawpow|ethash|progpow)\b", "sc"),
)

WALLETS = (
    Sign("wallet", "Ethereum address", r"\b0x[0-9a-f]{40}\b"),
    Sign("wallet", "Bitcoin address", r"\b(bc1[qp][0-9a-z]{38,58})\b", "s", exact=True),
    Sign("wallet", "Bitcoin address", r"\b[13][1-9A-HJ-NP-Za-km-z]{32,34}\b", "s", exact=True),
    Sign("wallet", "Tron address", r"\bT[1-9A-HJ-NP-Za-km-z]{33}\b", "s", exact=True),
    Sign("wallet", "Monero address", r"\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b", "s", exact=True),
    Sign("wallet", "Litecoin address", r"\b(ltc1[0-9a-z]{39,59}|[LM][1-9A-HJ-NP-Za-km-z]{33})\b", "s", exact=True),
    Sign("wallet", "Ripple address", r"\br[1-9A-HJ-NP-Za-km-z]{33}\b", "s", exact=True),
    Sign("wallet", "Bitcoin Cash address", r"\bbitcoincash:[qp][0-9a-z]{41}\b"),
    Sign("wallet", "Solana address", r"[\"'`][1-9A-HJ-NP-Za-km-z]{43,44}[\"'`]", "s", exact=True),
    Sign("wallet", "address pattern", r"\^?\(?(\?:)?0x\)?\[a-fA-F0-9\]\{40\}|\[13\]\[a-km-zA-HJ-NP-Z1-9\]\{2[56],3[345]\}|bc1\)?\[|\[1-9A-HJ-NP-Za-km-z\]\{3[2-9],4[0-9]\}", "sp", exact=True),
    Sign("wallet", "window.ethereum", r"\b(window|globalThis|self)\.(ethereum|solana|tronWeb|tronLink|phantom|bitkeep|okxwallet)\b", "sc"),
    Sign("wallet", "ethereum.request", r"\bethereum\.(request|send|sendAsync|enable)\b", "sc"),
    Sign("wallet", "eth_sendTransaction", r"\b(eth_sendTransaction|eth_requestAccounts|eth_accounts|signAndSendTransaction|personal_sign)\b", "sc"),
    Sign("wallet", "wallet extension", r"\b(nkbihfbeogaeaoehlefnkodbefgpgknn|bfnaelmomeimhlpmgjnjophhpkkoljpa|hnfanknocfeofbddgcijnmhnfnkdnaad|ibnejdfjmmkpcnlpebklmnkoeoihofec|fhbohimaelbohpjbbldcngcnapndodjp|egjidjbpglichdcondbcbdnbeeppgdph|acmacodkjbdgmoleebolmdjonilkdbch|mcohilncbfahbmgdjkbpemcciiolgcge|aholpfdialjgjfhomihkjbmgjidlcdno|ejbalbakoplchlghecdalmeeeajnimhm|ffnbelfdoeiohenkjibnmadjiehjhajb|dmkamcknogkgcdfhhbddcghachkejeap|bhhhlbepdkbapadjdnnojkbgioiodbic)\b"),
    Sign("wallet", "wallet files", r"\b(wallet\.dat|exodus\.wallet|electrum[\\\/]{1,2}wallets|\.config[\\\/]solana[\\\/]id\.json|atomic[\\\/]local storage|ledger live|coinomi[\\\/])"),
    Sign("wallet", "seed phrase", r"\b(seed ?phrase|mnemonic|recovery phrase|private ?key)\b.{0,20}\b(wallet|metamask|phantom|exodus|trust)\b"),
)

CAPTURE = (
    Sign("capture", "keys", r"\b(pynput|keyboard\.(on_press|hook|record|read_event)|pyHook|pyxhook|SetWindowsHookEx[AW]?|GetAsyncKeyState|iohook|node-global-key-listener|uiohook-napi|gkm|keylogger)\b", "sc"),
    Sign("capture", "keys", r"\bpynput\.keyboard\b|\bdocument\.(on)?key(down|press|up)\b", "sc"),
    Sign("capture", "clipboard", r"\b(pyperclip|clipboardy|navigator\.clipboard\.readText|Get-Clipboard|pbpaste|xclip|xsel|wl-paste|win32clipboard|GetClipboardData|clipboard\.readText)\b", "sc"),
    Sign("capture", "screen", r"\b(ImageGrab\.grab|pyautogui\.screenshot|mss\.mss|screenshot-desktop|desktopCapturer|screencapture|gnome-screenshot|scrot|CopyFromScreen|getDisplayMedia|nircmd)\b", "sc"),
    Sign("capture", "camera", r"\b(cv2\.VideoCapture|node-webcam|imagesnap|avfoundation|getUserMedia)\b", "sc"),
    Sign("capture", "microphone", r"\b(sounddevice\.rec|pyaudio\.PyAudio|node-record-lpcm16|arecord)\b", "sc"),
)

ANALYSIS = (
    Sign("analysis", "virtual machine", r"\b(VirtualBox|VMware|VBoxGuest|VBoxService|vmtoolsd|QEMU|xenservice|Parallels|Hyper-V|innotek)\b"),
    Sign("analysis", "virtual machine", r"\b(vboxservice|vboxtray|vmwaretray|vmwareuser|vmusrvc|prl_tools|qemu-ga|df5serv|vgauthservice)(\.exe)?\b"),
    Sign("analysis", "analysis tool", r"\b(wireshark|fiddler|procmon|process ?hacker|ollydbg|x64dbg|x32dbg|ida64?|httpdebugger\w*|ksdumper\w*|dumpcap|tcpdump|cheatengine|pestudio|regmon|joeboxcontrol|joeboxserver)(\.exe)?\b"),
    Sign("analysis", "sandbox", r"\b(sandboxie|sbiedll|cuckoo|anyrun|any\.run|hybrid-analysis|joesandbox|triage|SbieDll\.dll|snxhk|wpespy|dir_watch\.dll)\b"),
    Sign("analysis", "debugger", r"\b(IsDebuggerPresent|CheckRemoteDebuggerPresent|NtQueryInformationProcess|ptrace|TracerPid|sys\.gettrace)\b", "sc"),
    Sign("analysis", "sandbox user", r"[\"'`](WDAGUtilityAccount|sandbox|malware|maltest|virus|test ?user|john ?doe|hapubws|currentuser|Abby|hmarc|patex|RDhJ0CNFevzX|8Nl0ColNQ5bq|DESKTOP-[0-9A-Z]{7}|WIN-[0-9A-Z]{10,11}|LISA-PC|JOHN-PC|COMPNAME_\d+)[\"'`]"),
    Sign("analysis", "CI", r"[\"'`.](GITHUB_ACTIONS|GITLAB_CI|CIRCLECI|TRAVIS|JENKINS_URL|BUILDKITE|APPVEYOR|TEAMCITY_VERSION|CODESPACES|BITBUCKET_BUILD_NUMBER|TF_BUILD|CODEBUILD_BUILD_ID)\b", "sc", exact=True),
    Sign("analysis", "locale", r"[\"'`](ru[-_]RU|uk[-_]UA|be[-_]BY|fa[-_]IR|zh[-_]CN|ko[-_]KP|he[-_]IL)(\.UTF-8)?[\"'`]"),
    Sign("analysis", "locale", r"\b(GetUserDefaultLocaleName|GetSystemDefaultUILanguage|GetKeyboardLayoutList|locale\.getdefaultlocale|Intl\.DateTimeFormat\(\)\.resolvedOptions)\b", "sc"),
    Sign("analysis", "time zone", r"[\"'`](Europe\/(Moscow|Kiev|Kyiv|Minsk|Samara)|Asia\/(Tehran|Jerusalem|Shanghai|Pyongyang|Yekaterinburg|Novosibirsk))[\"'`]"),
    Sign("analysis", "security product", r"\b(crowdstrike|falcon-sensor|sentinelone|carbonblack|cylance|sophos|eset|kaspersky|malwarebytes|MsMpEng|windows ?defender|littlesnitch|LuLu\.app|blockblock|harden-runner|step-?security)\b"),
    Sign("analysis", "exclusion", r"\bAdd-MpPreference\b|\bSet-MpPreference\b|\bDisableRealtimeMonitoring\b"),
)

DESTRUCTION = (
    Sign("destructive", "rm -rf home", r"\brm (-[a-z]{1,4} ){1,3}(--no-preserve-root )?[\"']?(\/|~|\$HOME|\$\{HOME\}|%USERPROFILE%)(\/\*|\/)?[\"' ;&|)]"),
    Sign("destructive", "rm -rf home", r"\brm (-[a-z]{1,4} ){0,3}--no-preserve-root\b"),
    Sign("destructive", "recursive delete", r"\b(del|erase) (\/[a-z] ){1,4}.{0,40}(%USERPROFILE%|%SYSTEMDRIVE%|C:\\)"),
    Sign("destructive", "recursive delete", r"\b(rd|rmdir) (\/[a-z] ){1,3}.{0,40}(%USERPROFILE%|%SYSTEMDRIVE%|C:\\)"),
    Sign("destructive", "shred", r"\bshred (-[a-z-]{1,12} ){1,5}"),
    Sign("destructive", "cipher /w", r"\bcipher(\.exe)? \/w\b"),
    Sign("destructive", "format", r"\bformat [a-z]: \/|\bmkfs(\.[a-z0-9]{2,5})? \/dev\/|\bdiskpart\b.{0,40}\bclean\b"),
    Sign("destructive", "overwrite disk", r"\bdd if=\/dev\/(zero|u?random) of=\/dev\/"),
    Sign("destructive", "shadow copies", r"\bvssadmin(\.exe)? delete shadows\b|\bwbadmin delete\b|\bbcdedit\b.{0,40}recoveryenabled no\b"),
    Sign("destructive", "shutdown", r"\bshutdown(\.exe)? (-[a-z]|\/[a-z]|now)|\bpoweroff -f\b"),
    Sign("destructive", "fork bomb", r":\(\) ?\{ ?:\|:& ?\};:"),
)

DELETION = (
    Sign("self-delete", "own file", r"\b(unlink|unlinkSync|rm|rmSync)\(\s*(__filename|process\.argv\[1\]|require\.main\.filename|new URL\(import\.meta\.url|fileURLToPath\(import\.meta\.url)", "c"),
    Sign("self-delete", "own file", r"\b(os\.remove|os\.unlink)\(\s*(__file__|sys\.argv\[0\])|\bPath\(__file__\)\.unlink\b", "c"),
    Sign("self-delete", "own manifest", r"\b(rename|renameSync|copyFile|copyFileSync|writeFile|writeFileSync)\([^;\n]{0,120}package\.(json|md)\b", "c"),
    Sign("self-delete", "package.md", r"[\"'`\/]package\.md[\"'`]"),
)
