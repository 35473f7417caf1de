using System.CommandLine;
using System.CommandLine.Parsing;
using DaprMemory.Client;
using DaprMemory.Core.Spaces;

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
        root.Options.Add(_json);
    }

    public MemoryClient Connect(ParseResult parsed) => new(
        new Uri(parsed.GetValue(_url)!),
        new MemoryClientOptions { Tenant = parsed.GetValue(_tenant)!, Agent = parsed.GetValue(_agent)! });

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public CommandOutput Output(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, IsJson(parsed));

    static string? CheckUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : $"an address such as http://localhost:8080, not '{text}'";

    static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // A user name may hold what an agent's name may not.
    static string UserName() => Names.CheckAgent(Environment.UserName) is null ? Environment.UserName : "anonymous";
}
