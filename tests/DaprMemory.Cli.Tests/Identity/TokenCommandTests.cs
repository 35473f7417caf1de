using DaprMemory.Cli.Commands;
using DaprMemory.Cli.Identity;
using DaprMemory.Cli.Tests.Support;
using DaprMemory.Hosting.Identity;
using Microsoft.IdentityModel.JsonWebTokens;

namespace DaprMemory.Cli.Tests.Identity;

[Collection(SharedCluster.Name)]
public sealed class TokenCommandTests(ClusterFixture cluster) : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Token_says_what_was_asked_for()
    {
        var run = await cluster.RunAsync("token", "--tenant", "acme", "--scope", "memory:read", "--scope", "memory:act", "--life", "90m");

        var token = new JsonWebToken(run.Lines.Single());
        (token.Subject, token.GetClaim("tenant").Value, token.GetClaim("scope").Value).ShouldBe(("tester", "acme", "memory:read memory:act"));
        (token.ValidTo - token.ValidFrom).ShouldBe(TimeSpan.FromMinutes(90));
    }

    [Fact]
    public async Task Commands_find_their_token_in_the_data_folder_and_nowhere_else()
    {
        var space = ClusterFixture.NewSpace();
        (await cluster.RunAsync("put", space, "k", "1", "--tenant", "acme")).ExitCode.ShouldBe(ExitCodes.Ok);

        var stranger = await CommandRun.StartAsync("get", space, "k", "--tenant", "acme", "--url", cluster.Address.ToString(), "--data", _folder.Path);
        stranger.ExitCode.ShouldBe(ExitCodes.Failed);
        stranger.Error.ShouldContain("401");
        stranger.Error.ShouldContain("DAPRMEMORY_TOKEN");
    }

    [Fact]
    public async Task Token_that_is_given_counts_before_the_data_folder()
    {
        var space = ClusterFixture.NewSpace();
        var readOnly = (await cluster.RunAsync("token", "--scope", ScopeNames.Read)).Lines.Single();

        (await cluster.RunAsync("get", space, "k", "--token", readOnly)).ExitCode.ShouldBe(ExitCodes.NotFound);
        var refused = await cluster.RunAsync("put", space, "k", "1", "--token", readOnly);
        refused.ExitCode.ShouldBe(ExitCodes.Failed);
        refused.Error.ShouldContain("memory:write");
    }

    [Fact]
    public async Task Without_an_issuer_there_is_no_token()
    {
        var run = await CommandRun.StartAsync("token", "--data", _folder.Path);
        (run.ExitCode, run.Output).ShouldBe((ExitCodes.Failed, ""));
        run.Error.ShouldContain("daprmem up");
    }

    [Fact]
    public void Issuer_is_the_same_each_time_and_its_files_are_their_owners_alone()
    {
        var issuer = DevelopmentIssuer.OpenOrCreate(_folder.Path);
        var jwks = File.ReadAllText(issuer.JwksFile);
        DevelopmentIssuer.OpenOrCreate(_folder.Path).JwksFile.ShouldBe(issuer.JwksFile);
        File.ReadAllText(issuer.JwksFile).ShouldBe(jwks);
        jwks.ShouldNotContain("\"d\"");
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(issuer.JwksFile)!))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    [Fact]
    public void Issuer_whose_key_is_broken_says_so()
    {
        var issuer = DevelopmentIssuer.OpenOrCreate(_folder.Path);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(issuer.JwksFile)!, "key.pem"), "no key");
        Should.Throw<IOException>(() => DevelopmentIssuer.TryOpen(_folder.Path)).Message.ShouldContain("key.pem");
    }
}
