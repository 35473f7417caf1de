namespace DaprMemory.Client.Tests;

public sealed class MemoryClientOptionsTests
{
    [Fact]
    public void Options_that_break_rules_are_refused_with_all_of_them()
    {
        var options = new MemoryClientOptions { Tenant = "No", Agent = "ü", MaxAttempts = 0 };

        var e = Should.Throw<ArgumentException>(() => new MemoryClient(new Uri("http://localhost:1"), options));

        e.Message.ShouldContain("Tenant");
        e.Message.ShouldContain("Agent");
        e.Message.ShouldContain("MaxAttempts");
    }
}
