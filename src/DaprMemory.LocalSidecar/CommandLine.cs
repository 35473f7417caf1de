using System.Globalization;

namespace DaprMemory.LocalSidecar;

/// <summary>The arguments of the executable. Tokens come from the environment, as daprd has them.</summary>
internal static class CommandLine
{
    public const string Usage = """
        usage: DaprMemory.LocalSidecar --components DIR --data DIR --app ID[=[PORT][,APP_URL]] [--app …]
                                       [--peer ID=SIDECAR_URL] [--peer-app ID=APP_URL]
                                       [--synchronous full|normal] [--keep-numbers] [--enable-faults] [--fault-seed N]
        Sidecars of several processes share stores and topics if they have the same --data.
        environment: DAPR_API_TOKEN (asked of callers), APP_API_TOKEN (sent to apps)
        """;

    /// <summary>Gives the options, or null and all that is wrong.</summary>
    public static LocalSidecarOptions? Parse(IReadOnlyList<string> args, out string error)
    {
        string? components = null, data = null;
        var apps = new List<SidecarApp>();
        var peers = new List<SidecarPeer>();
        var errors = new List<string>();
        var options = new LocalSidecarOptions
        {
            ComponentsPath = "",
            DataPath = "",
            Apps = apps,
            Peers = peers,
            // Every app may have a process of its own; they are those of one machine if they share their data.
            ShareTopics = true,
            ApiToken = Environment.GetEnvironmentVariable("DAPR_API_TOKEN"),
            AppApiToken = Environment.GetEnvironmentVariable("APP_API_TOKEN"),
        };
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            switch (name)
            {
                case "--components":
                    components = Value();
                    break;
                case "--data":
                    data = Value();
                    break;
                case "--app":
                    if (ParseApp(Value()) is { } app)
                        apps.Add(app);
                    else
                        errors.Add($"--app wants ID[=[PORT][,APP_URL]], not '{args[i]}'");
                    break;
                case "--peer" or "--peer-app":
                    if (ParsePeer(Value(), name == "--peer" ? SidecarPeerKind.Sidecar : SidecarPeerKind.App) is { } peer)
                        peers.Add(peer);
                    else
                        errors.Add($"{name} wants ID=URL, not '{args[i]}'");
                    break;
                case "--synchronous":
                    if (Enum.TryParse<SqliteSynchronous>(Value(), ignoreCase: true, out var synchronous))
                        options = options with { Synchronous = synchronous };
                    else
                        errors.Add($"--synchronous wants full or normal, not '{args[i]}'");
                    break;
                case "--keep-numbers":
                    options = options with { MangleNumbers = false };
                    break;
                case "--enable-faults":
                    options = options with { EnableFaults = true };
                    break;
                case "--fault-seed":
                    if (int.TryParse(Value(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
                        options = options with { FaultSeed = seed };
                    else
                        errors.Add($"--fault-seed wants a number, not '{args[i]}'");
                    break;
                default:
                    errors.Add($"unknown argument '{name}'");
                    break;
            }

            string Value()
            {
                if (i + 1 < args.Count)
                    return args[++i];
                errors.Add($"{name} wants a value");
                return "";
            }
        }
        if (components is null)
            errors.Add("--components is missing");
        if (data is null)
            errors.Add("--data is missing");
        if (apps.Count == 0)
            errors.Add("--app is missing");
        errors.AddRange(apps.GroupBy(app => app.AppId).Where(g => g.Count() > 1).Select(g => $"the app '{g.Key}' is there {g.Count()} times"));
        errors.AddRange(peers.GroupBy(peer => peer.AppId).Where(g => g.Count() > 1).Select(g => $"the peer '{g.Key}' is there {g.Count()} times"));
        error = string.Join(Environment.NewLine, errors);
        return errors.Count > 0 ? null : options with { ComponentsPath = components!, DataPath = data! };
    }

    static SidecarApp? ParseApp(string text)
    {
        var (id, rest) = Split(text, '=');
        var (portText, address) = Split(rest, ',');
        Uri? appAddress = null;
        ushort port = 0;
        return id.Length > 0
            && (portText.Length == 0 || ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            && (address.Length == 0 || TryParseAddress(address, out appAddress))
            ? new SidecarApp(id, port, appAddress)
            : null;
    }

    static SidecarPeer? ParsePeer(string text, SidecarPeerKind kind)
    {
        var (id, address) = Split(text, '=');
        return id.Length > 0 && TryParseAddress(address, out var uri) ? new SidecarPeer(id, uri!, kind) : null;
    }

    static bool TryParseAddress(string text, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https";

    static (string Before, string After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }
}
