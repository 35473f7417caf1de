using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Quotas;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace DaprMemory.Hosting.Tests;

/// <summary>What a process says when its configuration is wrong.</summary>
public sealed class ServiceProcessTests
{
    [Fact]
    public async Task Rules_that_several_sections_break_are_all_told_and_the_exit_code_is_1()
    {
        using var errors = new StringWriter();
        var code = await ServiceProcess.RunAsync(() => Build(("Quotas:Instances", "0"), ("Identity:Authority", "ftp://issuer")), errors);
        code.ShouldBe(1);
        var lines = errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldContain(line => line.Contains(nameof(QuotaOptions.Instances)));
        lines.ShouldContain(line => line.Contains(nameof(IdentityOptions.Authority)));
    }

    [Fact]
    public async Task A_rule_that_one_section_breaks_is_told_and_the_exit_code_is_1()
    {
        using var errors = new StringWriter();
        (await ServiceProcess.RunAsync(() => Build(("Hosting:DrainDelay", "01:00:00"), ("Identity:Mode", "Insecure")), errors)).ShouldBe(1);
        errors.ToString().ShouldContain(nameof(HostingOptions.DrainDelay));
    }

    static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Append(("Logging:LogLevel:Default", "None")).Append(("urls", "http://127.0.0.1:0"))
            .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        builder.AddMemoryHosting("test");
        return builder.Build();
    }
}
