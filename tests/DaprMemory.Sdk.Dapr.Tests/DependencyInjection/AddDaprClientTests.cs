using Dapr;
using Dapr.Client;
using DaprMemory.Sdk.Dapr.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DaprMemory.Sdk.Dapr.Tests.DependencyInjection;

/// <summary>Where a client finds its sidecar: code, else configuration, else environment, else port 3500.</summary>
public sealed class AddDaprClientTests
{
    [Fact]
    public async Task Client_is_one_and_uses_the_configuration()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        await using var services = Services(
            new() { ["DAPR_HTTP_ENDPOINT"] = sidecar.Address + "/ignored/path", ["DAPR_HTTP_PORT"] = "1", ["DAPR_API_TOKEN"] = "tok" },
            services => services.AddDaprClient());
        services.GetRequiredService<DaprClient>().ShouldBeSameAs(services.GetRequiredService<DaprClient>());
        (await services.GetRequiredService<DaprClient>().CheckHealthAsync()).ShouldBeTrue();
        sidecar.Only.Target.ShouldBe("/v1.0/healthz");
        sidecar.Only.Headers["dapr-api-token"].ShouldBe("tok");
    }

    [Fact]
    public async Task Code_beats_configuration_and_the_first_registration_stays()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        await using var services = Services(
            new() { ["DAPR_HTTP_PORT"] = "1" },
            services =>
            {
                services.AddDaprClient(builder => builder.UseHttpEndpoint(sidecar.Address).UseGrpcEndpoint("http://localhost:50001").UseDaprApiToken(""));
                services.AddDaprClient((_, _) => throw new InvalidOperationException("not this one"), ServiceLifetime.Transient);
            });
        (await services.GetRequiredService<DaprClient>().CheckHealthAsync()).ShouldBeTrue();
        sidecar.Only.Headers.ShouldNotContainKey("dapr-api-token");
    }

    [Fact]
    public async Task Configure_may_use_other_services()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        await using var services = Services(
            new() { ["Elsewhere"] = sidecar.Address },
            services => services.AddDaprClient((provider, builder) => builder.UseHttpEndpoint(provider.GetRequiredService<IConfiguration>()["Elsewhere"]!)));
        (await services.GetRequiredService<DaprClient>().CheckHealthAsync()).ShouldBeTrue();
    }

    [Fact]
    public void Port_alone_means_this_machine()
    {
        DaprDefaults.GetHttpEndpoint(Configuration(new() { ["DAPR_HTTP_PORT"] = "3512" })).ShouldBe("http://localhost:3512");
        Should.Throw<FormatException>(() => DaprDefaults.GetHttpEndpoint(Configuration(new() { ["DAPR_HTTP_PORT"] = "many" })));
    }

    [Fact]
    public void Environment_is_used_where_the_configuration_says_nothing()
    {
        var before = Environment.GetEnvironmentVariable("DAPR_HTTP_PORT");
        try
        {
            Environment.SetEnvironmentVariable("DAPR_HTTP_PORT", "3599");
            DaprDefaults.GetHttpEndpoint().ShouldBe("http://localhost:3599");
            DaprDefaults.GetHttpEndpoint(Configuration([])).ShouldBe("http://localhost:3599");
            Environment.SetEnvironmentVariable("DAPR_HTTP_PORT", null);
            DaprDefaults.GetHttpEndpoint().ShouldBe("http://localhost:3500");
        }
        finally
        {
            Environment.SetEnvironmentVariable("DAPR_HTTP_PORT", before);
        }
    }

    [Fact]
    public void Endpoint_must_be_http_or_https()
    {
        Should.Throw<InvalidOperationException>(() => new DaprClientBuilder().UseHttpEndpoint("ftp://localhost").Build());
        Should.Throw<ArgumentException>(() => new DaprClientBuilder().UseHttpEndpoint(""));
        Should.Throw<ArgumentException>(() => new DaprClientBuilder().UseGrpcEndpoint(""));
    }

    static ServiceProvider Services(Dictionary<string, string?> configuration, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection().AddSingleton<IConfiguration>(Configuration(configuration));
        add(services);
        return services.BuildServiceProvider();
    }

    static IConfigurationRoot Configuration(Dictionary<string, string?> values) => new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
