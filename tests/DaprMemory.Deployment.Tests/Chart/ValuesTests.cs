using System.Text.Json.Nodes;
using DaprMemory.Deployment.Tests.Support;

namespace DaprMemory.Deployment.Tests.Chart;

/// <summary>What values the chart takes.</summary>
public sealed class ValuesTests
{
    static readonly string Oidc = Path.Combine(Project.Chart, "ci", "oidc-values.yaml");

    // Whatever their members are called.
    static readonly string[] Maps = ["annotations", "labels", "config", "apps"];

    [Fact]
    public async Task Unknown_value_is_refused_wherever_it_stands()
    {
        foreach (var path in ObjectsIn(Yaml.Read(Path.Combine(Project.Chart, "values.yaml")), ""))
        {
            var result = await Helm.TryTemplateAsync(Oidc, "--set", $"{path}tpyo=1");
            result.ExitCode.ShouldNotBe(0, $"{path}tpyo was taken");
            result.Errors.ShouldContain("tpyo");
        }
    }

    [Theory]
    [InlineData("shards.count=0")]
    [InlineData("shards.count=three")]
    [InlineData("identity.mode=Optional")]
    [InlineData("identity.authority=http://id.example.com")]
    [InlineData("identity.authority=")]
    [InlineData("identity.jwksConfigMap=keys")]
    [InlineData("admission.caBundle=")]
    [InlineData("admission.failurePolicy=Maybe")]
    [InlineData("router.ingress.tlsSecret=")]
    [InlineData("router.ingress.host=")]
    [InlineData("router.gateway.enabled=true")]
    [InlineData("components.strong.version=v1")]
    [InlineData("components.strong.type=state.redis")]
    [InlineData("components.strong.metadata[0].name=connectionString,components.strong.metadata[0].value=host=x password=secret")]
    [InlineData("components.hot.metadata[0].name=redisPassword,components.hot.metadata[0].value=secret")]
    [InlineData("components.hot.metadata[0].name=keyPrefix,components.hot.metadata[0].value=appid")]
    [InlineData("components.events.metadata[0].name=consumerID,components.events.metadata[0].value=all")]
    [InlineData("router.config.Identity__Mode=Insecure")]
    [InlineData("shards.config.APP_API_TOKEN=token")]
    [InlineData("dapr.samplingRate=2")]
    public async Task Value_that_breaks_a_rule_is_refused(string setting)
    {
        (await Helm.TryTemplateAsync(Oidc)).ExitCode.ShouldBe(0);

        var result = await Helm.TryTemplateAsync(Oidc, "--set", setting);

        result.ExitCode.ShouldNotBe(0, $"{setting} was taken");
        result.Errors.ShouldContain(setting.Split('=')[0].Split('.')[0]);
    }

    [Theory]
    [InlineData("shards.config.Spaces__MaxItemBytes=null")]
    [InlineData("curator.config.Spaces__MaxItemBytes=null")]
    [InlineData("shards.config.Spaces__MaxItemBytes=409600")]
    [InlineData("components.strong.type=state.postgresql,components.strong.version=v2,curator.config.Spaces__MaxItemBytes=409600")]
    public async Task DynamoDB_is_refused_where_a_service_does_not_know_how_little_it_takes(string setting)
    {
        var values = Path.Combine(Project.Chart, "ci", "aws-values.yaml");
        (await Helm.TryTemplateAsync(values)).ExitCode.ShouldBe(0);

        var result = await Helm.TryTemplateAsync(values, "--set-string", setting);

        result.ExitCode.ShouldNotBe(0, $"{setting} was taken");
    }

    [Fact]
    public async Task Every_value_has_a_comment()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Project.Chart, "values.yaml"));
        for (var i = 1; i < lines.Length; i++)
        {
            var text = lines[i].TrimStart();
            // Of lists' items and of amounts of resources the first line above tells.
            if (text.Length == 0 || text.StartsWith('#') || text.StartsWith("value:", StringComparison.Ordinal) || text.StartsWith("cpu:", StringComparison.Ordinal)
                || text.StartsWith("memory:", StringComparison.Ordinal) || text is "requests:" or "limits:" or "secretKeyRef:"
                || lines[i - 1].TrimEnd().EndsWith("secretKeyRef:", StringComparison.Ordinal)
                || lines[i - 2].TrimEnd().EndsWith("secretKeyRef:", StringComparison.Ordinal) || text.StartsWith("grafana_dashboard", StringComparison.Ordinal))
                continue;
            lines[i - 1].TrimStart().ShouldStartWith("#", Case.Sensitive, $"line {i + 1}: {text}");
        }
    }

    static IEnumerable<string> ObjectsIn(JsonObject values, string path)
    {
        yield return path;
        foreach (var (name, value) in values)
        {
            if (value is JsonObject child && !Maps.Contains(name))
            {
                foreach (var found in ObjectsIn(child, $"{path}{name}."))
                    yield return found;
            }
        }
    }
}
