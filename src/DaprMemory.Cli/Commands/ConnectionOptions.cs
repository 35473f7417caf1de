using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DaprMemory.Cli.Identity;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Identity;

namespace DaprMemory.Cli.Commands;

/// <summary>The options of every command that talks to a router.</summary>
internal sealed class ConnectionOptions
{
    readonly Option<string> _url = new("--url")
    {
        Description = "The router's address (environment: DAPRMEMORY_URL).",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_URL") ?? "http://localhost:8080",
    };

    readonly Option<string> _tenant = new("--tenant")
    {
        Description = "Whose spaces (environment: DAPRMEMORY_TENANT).",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_TENANT") ?? MemoryClientOptions.DefaultTenant,
    };

    readonly Option<string> _agent = new("--agent")
    {
        Description = "Who acts; stands in the log (environment: DAPRMEMORY_AGENT).",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_AGENT") ?? UserName(),
    };

    readonly Option<string?> _token = new("--token")
    {
        Description = "The bearer token (environment: DAPRMEMORY_TOKEN). By default, for a router on this machine, the issuer of --data gives one.",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_TOKEN"),
    };

    readonly Option<string?> _authority = new("--ca")
    {
        Description = "A PEM file with the authority of an https router (environment: DAPRMEMORY_CA). By default the system's authorities.",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_CA"),
    };

    readonly Option<string> _data = new("--data")
    {
        Description = "The data folder of `daprmem up` (environment: DAPRMEMORY_DATA).",
        Recursive = true,
        DefaultValueFactory = _ => FromEnvironment("DAPRMEMORY_DATA") ?? "data",
    };

    readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line.", Recursive = true };

    public ConnectionOptions()
    {
        _url.Validators.Add(result => result.Check(_url, CheckUrl));
        _tenant.Validators.Add(result => result.Check(_tenant, text => Names.CheckTenant(text)));
        _agent.Validators.Add(result => result.Check(_agent, text => Names.CheckAgent(text)));
    }

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_url);
        root.Options.Add(_tenant);
        root.Options.Add(_agent);
        root.Options.Add(_token);
        root.Options.Add(_authority);
        root.Options.Add(_data);
        root.Options.Add(_json);
    }

    public string Tenant(ParseResult parsed) => parsed.GetValue(_tenant)!;

    public string Agent(ParseResult parsed) => parsed.GetValue(_agent)!;

    public string DataPath(ParseResult parsed) => parsed.GetValue(_data)!;

    /// <summary>Whether the router is on this machine, and so perhaps the one over the data folder.</summary>
    public bool IsLocal(ParseResult parsed) => new Uri(parsed.GetValue(_url)!).IsLoopback;

    /// <summary>Whether the command line says which router is meant.</summary>
    public bool HasUrl(ParseResult parsed) => parsed.GetResult(_url) is { Implicit: false };

    public MemoryClient Connect(ParseResult parsed)
    {
        var url = new Uri(parsed.GetValue(_url)!);
        var token = FindToken(parsed, url);
        return new MemoryClient(url, new MemoryClientOptions
        {
            Tenant = Tenant(parsed),
            Agent = Agent(parsed),
            Authorities = parsed.GetValue(_authority) is { Length: > 0 } path ? ReadAuthorities(path) : null,
            TokenProvider = token is null ? null : _ => ValueTask.FromResult(token()),
        });
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public CommandOutput Output(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, IsJson(parsed));

    Func<string>? FindToken(ParseResult parsed, Uri url)
    {
        if (parsed.GetValue(_token) is { Length: > 0 } token)
            return () => token;
        // A router elsewhere has another issuer, and no business with the tokens of this one.
        return url.IsLoopback && DevelopmentIssuer.TryOpen(DataPath(parsed)) is { } issuer
            ? new IssuedTokens(issuer, Tenant(parsed), Agent(parsed), [ScopeNames.Admin]).Get
            : null;
    }

    static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
        return authorities.Count > 0 ? authorities : throw new IOException($"{path} has no certificate in PEM.");
    }

    static string? CheckUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : $"an address such as http://localhost:8080, not '{text}'";

    static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // A user name may hold what an agent's name may not.
    static string UserName() => Names.CheckAgent(Environment.UserName) is null ? Environment.UserName : "anonymous";
}
