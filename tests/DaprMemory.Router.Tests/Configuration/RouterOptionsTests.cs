using DaprMemory.Router.Tests.Hosts;
using Microsoft.Extensions.Options;

namespace DaprMemory.Router.Tests.Configuration;

public sealed class RouterOptionsTests
{
    [Fact]
    public void Router_without_shards_does_not_start_and_says_what_to_set() =>
        Should.Throw<OptionsValidationException>(() => TestRouter.Build(new([]))).Message.ShouldContain("Router:Shards:0:Id=memory-0");

    [Fact]
    public void Errors_are_all_told_at_once()
    {
        var errors = Should.Throw<OptionsValidationException>(() => TestRouter.Build(new(new()
        {
            ["Router:Shards:0:Id"] = "memory 0",
            ["Router:Shards:0:Address"] = "127.0.0.1:5001",
            ["Router:Shards:1:Id"] = "memory-1",
            ["Router:Shards:1:Via"] = "sidecar",
            ["Router:Shards:2:Id"] = "Memory-1",
            ["Router:Shards:2:Via"] = "pigeon",
            ["Router:Tenants:ACME:Zone"] = "west",
            ["Router:AttemptTimeout"] = "00:01:00",
            ["Router:FailuresToUnhealthy"] = "0",
            ["Router:Drain:Factor"] = "1",
        }))).Failures.ToArray();
        string[] expected =
        [
            "Shards:0: Id 'memory 0'", "Shards:0: Address '127.0.0.1:5001'", "Shards:1: Via is 'sidecar'", "Shards:2: Via 'pigeon'",
            "2 shards have the Id", "Tenants: 'ACME'", "TotalTimeout", "FailuresToUnhealthy",
            "RouterOptions.Drain' members: 'Factor'",
        ];
        foreach (var part in expected)
            errors.ShouldContain(error => error.Contains(part), part);
        errors.Length.ShouldBe(expected.Length);
    }

    [Fact]
    public void Text_that_is_no_duration_is_named() =>
        Should.Throw<OptionsValidationException>(() => TestRouter.Build(new(new() { ["Router:AttemptTimeout"] = "soon" })))
            .Message.ShouldContain("'soon' at 'Router:AttemptTimeout'");
}
