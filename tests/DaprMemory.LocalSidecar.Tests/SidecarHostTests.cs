namespace DaprMemory.LocalSidecar.Tests;

public sealed class SidecarHostTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Taken_port_is_told_and_nothing_is_left_behind()
    {
        await using var first = await SidecarHost.StartAsync(_folder.Options());
        var options = _folder.Options(new SidecarApp("app-a"), new SidecarApp("app-b", first.AddressOf("app-a").Port));

        await Should.ThrowAsync<IOException>(() => SidecarHost.StartAsync(options with { DataPath = _folder.Data + "-2" }));

        File.Exists(Path.Combine(_folder.Data + "-2", "strong.db-wal")).ShouldBeFalse();
    }

    [Fact]
    public async Task App_given_twice_is_refused() =>
        await Should.ThrowAsync<ArgumentException>(() => SidecarHost.StartAsync(_folder.Options(new SidecarApp("app-a"), new SidecarApp("app-a"))));
}
