namespace DaprMemory.LocalSidecar.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void All_arguments_are_read()
    {
        var options = CommandLine.Parse(
            ["--components", "c", "--data", "d", "--app", "memory-0=3500,http://127.0.0.1:5001", "--app", "memory-1", "--app", "memory-2=,http://127.0.0.1:5003",
             "--peer", "memory-3=http://127.0.0.1:3503", "--peer-app", "memory-4=http://127.0.0.1:5004",
             "--synchronous", "normal", "--keep-numbers", "--enable-faults", "--fault-seed", "7"],
            out var error);

        error.ShouldBeEmpty();
        options.ShouldNotBeNull();
        options.ComponentsPath.ShouldBe("c");
        options.DataPath.ShouldBe("d");
        options.Apps.ShouldBe([
            new SidecarApp("memory-0", 3500, new Uri("http://127.0.0.1:5001")),
            new SidecarApp("memory-1"),
            new SidecarApp("memory-2", 0, new Uri("http://127.0.0.1:5003"))]);
        options.Peers.ShouldBe([
            new SidecarPeer("memory-3", new Uri("http://127.0.0.1:3503")),
            new SidecarPeer("memory-4", new Uri("http://127.0.0.1:5004"), SidecarPeerKind.App)]);
        options.Synchronous.ShouldBe(SqliteSynchronous.Normal);
        options.MangleNumbers.ShouldBeFalse();
        options.EnableFaults.ShouldBeTrue();
        options.FaultSeed.ShouldBe(7);
        options.ShareTopics.ShouldBeTrue();
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        CommandLine.Parse(["--app", "a=x", "--peer", "b", "--synchronous", "often", "--what", "--data"], out var error).ShouldBeNull();

        foreach (var part in new[] { "'a=x'", "'b'", "'often'", "'--what'", "--data wants a value", "--components is missing", "--app is missing" })
            error.ShouldContain(part);
    }
}
