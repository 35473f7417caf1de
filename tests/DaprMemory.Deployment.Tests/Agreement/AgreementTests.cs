using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using DaprMemory.Curator;
using DaprMemory.Deployment.Tests.Support;
using DaprMemory.Router;
using DaprMemory.Router.Configuration;
using DaprMemory.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Deployment.Tests.Agreement;

/// <summary>dapr.yaml, tye.yaml, the components, the chart and the code say the same of ports, app ids, names, topics and scopes.</summary>
public sealed class AgreementTests
{
    static readonly string[] Shards = ["memory-0", "memory-1", "memory-2"];
    static readonly string[] StoreApps = [.. Shards, "curator"];
    static readonly string[] AllApps = ["memory-router", .. StoreApps];

    static readonly LocalRun[] Runs = [LocalRun.ReadDapr(), LocalRun.ReadTye()];

    [Fact]
    public void Both_local_runs_start_the_same_apps_on_the_same_ports_from_projects_that_are_there()
    {
        foreach (var run in Runs)
        {
            run.Apps.Select(app => app.Id).ShouldBe(AllApps);
            run.Apps.Select(app => app.Port).ShouldBe(Runs[0].Apps.Select(app => app.Port));
            run.Apps.Select(app => app.Port).ShouldBeUnique();
            foreach (var app in run.Apps)
                Path.GetFileName(app.Folder).ShouldBe(app.Id switch { "memory-router" => "DaprMemory.Router", "curator" => "DaprMemory.Curator", _ => "DaprMemory.Service" });
            Directory.GetFiles(run.Apps[0].Folder, "*.csproj").ShouldHaveSingleItem();
        }
        foreach (var app in Runs[0].Apps)
            app.Settings["ASPNETCORE_URLS"].ShouldBe($"http://127.0.0.1:{app.Port}");
    }

    [Fact]
    public void Routers_of_local_runs_take_their_settings_and_find_the_shards()
    {
        foreach (var run in Runs)
        {
            var router = run.Apps[0];
            var settings = router.Settings.ToDictionary(item => item.Key, item => (string?)item.Value);
            using var app = RouterApp.Build([], builder => builder.Configuration.AddInMemoryCollection(settings));
            var options = app.Services.GetRequiredService<IOptions<RouterOptions>>().Value;
            options.Shards.Select(shard => shard.Id).ShouldBe(Shards);
            foreach (var shard in options.Shards.Where(shard => shard.Address is not null))
                new Uri(shard.Address!).Port.ShouldBe(run.Apps.Single(other => other.Id == shard.Id).Port);
        }
        Yaml.Read(Project.In("dapr.yaml"))["apps"]![0]!.Text("daprHTTPPort")
            .ShouldBe(new Uri(Runs[0].Apps[0].Settings["Router:Sidecar"]).Port.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Curators_take_their_settings_wherever_they_run_and_use_the_stores_and_events_of_the_shards()
    {
        var runs = Runs.Select(run => run.Apps.Single(app => app.Id == CuratorApp.AppId).Settings).ToList();
        foreach (var values in Project.ValueFiles)
            runs.Add((await Helm.ObjectsAsync(values)).One("Deployment", CuratorApp.AppId)["spec"]!["template"]!.Containers().Single().Settings());
        runs.ShouldContain(settings => settings.ContainsKey("Curator:RetentionPeriod"));
        var (memory, spaces) = (new MemoryServiceOptions(), new Core.Spaces.SpaceOptions());
        foreach (var settings in runs)
        {
            await using var app = CuratorApp.Build([], builder => builder.Configuration.AddInMemoryCollection(settings.ToDictionary(item => item.Key, item => (string?)item.Value)));
            var options = app.Services.GetRequiredService<IOptions<CuratorOptions>>().Value;
            (options.StrongStore, options.PubSub).ShouldBe((memory.StrongStore, memory.PubSub));
            // A log that is signed is signed by all who write to it.
            settings.ShouldContainKey("Audit:Signing");
            // The shards publish first, and save checkpoints of busy spaces themselves.
            options.PublishGrace.ShouldBeGreaterThan(spaces.PublishGrace);
            options.CheckpointCommits.ShouldBeLessThan(spaces.CheckpointCommits);
            if (settings.TryGetValue("Curator:RetentionPeriod", out var period))
                options.RetentionPeriod.ShouldBe(TimeSpan.Parse(period, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Files_that_local_runs_name_are_there()
    {
        var dapr = Yaml.Read(Project.In("dapr.yaml"))["common"]!;
        foreach (var folder in dapr["resourcesPaths"].Texts())
            Directory.Exists(Project.In(folder)).ShouldBeTrue(folder);
        File.Exists(Project.In(dapr.Text("configFilePath")!)).ShouldBeTrue();
        var tye = Yaml.Read(Project.In("tye.yaml"))["extensions"]![0]!;
        Directory.Exists(Project.In(tye.Text("components-path")!)).ShouldBeTrue();
        // Tye's convention: the file's name is the configuration's.
        Yaml.Read(Project.In($"components/{tye.Text("config")}.yaml"))["metadata"]!.Text("name").ShouldBe(tye.Text("config"));
    }

    [Fact]
    public async Task Every_setting_is_one_that_the_code_reads()
    {
        var settings = Runs.SelectMany(run => run.Apps.SelectMany(app => app.Settings.Keys.Select(key => (run.File, key)))).ToList();
        foreach (var values in Project.ValueFiles)
        {
            var servers = (await Helm.ObjectsAsync(values)).OfKind("Deployment").SelectMany(item => item["spec"]!["template"]!.Containers());
            settings.AddRange(servers.SelectMany(container => container["env"].Items()).Select(item => (values, item.Text("name")!.Replace("__", ":", StringComparison.Ordinal))));
        }

        settings.Where(setting => !SettingNames.IsKnown(setting.Item2)).Distinct().ShouldBeEmpty();
        SettingNames.IsKnown("Curator:RetentionPeriod").ShouldBeTrue();
        SettingNames.IsKnown("Models:Chat:Model").ShouldBeTrue();
        SettingNames.IsKnown("Router:Shards:0:Adress").ShouldBeFalse();
        SettingNames.IsKnown("Curator:RetentionPeriods").ShouldBeFalse();
    }

    [Theory]
    [InlineData("local")]
    [InlineData("dev")]
    [InlineData("production")]
    [InlineData("kafka")]
    [InlineData("aws")]
    public async Task Components_have_the_names_topics_and_scopes_that_the_services_use(string set)
    {
        var options = new MemoryServiceOptions();
        var components = Directory.GetFiles(Project.In($"components/{set}"), "*.yaml").Select(Yaml.Read).ToArray();
        string[] stores = set == "kafka" ? [] : [options.StrongStore, options.HotStore];
        components.Select(component => component["metadata"]!.Text("name")!).Where(name => name != "secrets").ShouldBe([.. stores, options.PubSub], ignoreOrder: true);
        foreach (var name in stores)
        {
            var store = components.One("Component", name);
            store["spec"]!.Text("type")!.ShouldStartWith("state.");
            store.Setting("keyPrefix").ShouldBe("none");
        }
        if (set == "local")
            return;
        var topic = (await SubscriptionAsync()).Text("topic");
        foreach (var component in components)
            component["scopes"].Texts().ShouldBe(StoreApps, component["metadata"]!.ToJsonString());
        var events = components.One("Component", options.PubSub);
        events.Setting("protectedTopics").ShouldBe(topic);
        events.Setting("publishingScopes").ShouldBe(string.Join(';', StoreApps.Select(app => $"{app}={topic}")));
        events.Setting("subscriptionScopes").ShouldBe(string.Join(';', StoreApps.Select(app => $"{app}={topic}")));
        // Every shard gets every event by its own name.
        events["spec"]!["metadata"].Items().Select(item => item.Text("name")!.ToUpperInvariant()).ShouldNotContain("CONSUMERID");
        events.ToJsonString().ShouldNotContain("{namespace}");
    }

    [Fact]
    public async Task Pulsar_is_told_the_same_by_the_component_and_by_the_subscription()
    {
        var component = Yaml.Read(Project.In("components/production/events.yaml"));
        var subscription = await SubscriptionAsync();

        subscription.Text("pubsubName").ShouldBe(new MemoryServiceOptions().PubSub);
        foreach (var (name, value) in subscription["metadata"]!.AsObject())
            component.Setting(name).ShouldBe(value!.ToString());
        component.Setting("subscribeMode").ShouldBe("non_durable");
    }

    [Fact]
    public async Task Chart_has_the_components_of_the_production_set()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        foreach (var name in (string[])["strong", "hot", "events"])
        {
            var chart = objects.One("Component", name);
            var file = Yaml.Read(Project.In($"components/production/{name}.yaml"));
            chart["auth"]!.ToJsonString().ShouldBe(file["auth"]!.ToJsonString());
            (chart["spec"]!.Text("type"), chart["spec"]!.Text("version")).ShouldBe((file["spec"]!.Text("type"), file["spec"]!.Text("version")));
            Sorted(chart).ShouldBe(Sorted(file));
            chart["scopes"].Texts().ShouldBe(file["scopes"].Texts());
        }

        static string[] Sorted(JsonObject component) =>
        [
            .. from item in component["spec"]!["metadata"].Items()
               let secret = item["secretKeyRef"]
               orderby item.Text("name")
               select $"{item.Text("name")}={item.Text("value")}{secret?.Text("name")}/{secret?.Text("key")}",
        ];
    }

    [Fact]
    public async Task Chart_has_the_resiliency_and_the_configuration_of_the_files()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        var resiliency = Yaml.Read(Project.In("components/resiliency.yaml"));
        var chart = objects.One("Resiliency", "daprmemory");
        chart["spec"]!.ToJsonString().ShouldBe(resiliency["spec"]!.ToJsonString());
        chart["scopes"].Texts().ShouldBe(AllApps);
        resiliency["scopes"].Texts().ShouldBe(AllApps);

        var access = Yaml.Read(Project.In("components/configuration.yaml"))["spec"]!["accessControl"]!;
        access["policies"]![0]!["namespace"] = Helm.Namespace;
        objects.One("Configuration", "daprmemory")["spec"]!["accessControl"]!.ToJsonString().ShouldBe(access.ToJsonString());
    }

    [Fact]
    public void Sidecars_wait_longer_than_the_services_and_less_than_the_router()
    {
        var timeout = TimeSpan.FromSeconds(int.Parse(
            Yaml.Read(Project.In("components/resiliency.yaml"))["spec"]!["policies"]!["timeouts"]!.Text("component")!.TrimEnd('s'), CultureInfo.InvariantCulture));
        var spaces = new Core.Spaces.SpaceOptions();

        timeout.ShouldBeGreaterThan(spaces.WriteTimeout);
        timeout.ShouldBeGreaterThan(spaces.ReadTimeout);
        timeout.ShouldBeLessThan(new RouterOptions().AttemptTimeout);
    }

    [Fact]
    public async Task Chart_has_the_app_ids_and_ports_that_it_speaks_of()
    {
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        var pods = objects.Pods().Where(pod => pod["metadata"]!["annotations"]?.Text("dapr.io/app-id") is not null).ToArray();

        pods.Select(pod => pod["metadata"]!["annotations"]!.Text("dapr.io/app-id")).ShouldBe(AllApps, ignoreOrder: true);
        foreach (var pod in pods)
        {
            var container = pod.Containers().Single();
            var port = container["ports"].Items().Single(item => item.Text("name") == "http").Text("containerPort");
            pod["metadata"]!["annotations"]!.Text("dapr.io/app-port").ShouldBe(port);
            container.Settings()["ASPNETCORE_HTTP_PORTS"].ShouldBe(port);
        }
        var router = objects.One("Deployment", "memory-router")["spec"]!["template"]!.Containers().Single().Settings();
        router.Where(item => item.Key.EndsWith(":Id", StringComparison.Ordinal)).Select(item => item.Value).ShouldBe(Shards);
        foreach (var shard in Shards)
            objects.One("Deployment", shard)["spec"]!["template"]!.Containers().Single().Settings()["Memory:Shard"].ShouldBe(shard);
        var admission = objects.One("Deployment", "memory-admission")["spec"]!["template"]!.Containers().Single();
        var url = new Uri(admission.Settings()["ASPNETCORE_URLS"].Replace('*', 'x'));
        admission["ports"].Items().Single().Text("containerPort").ShouldBe(url.Port.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Every_image_is_one_that_a_project_makes()
    {
        var made = Directory.GetFiles(Project.In("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => XDocument.Load(file).Descendants("ContainerRepository").SingleOrDefault()?.Value)
            .OfType<string>().ToArray();
        var objects = await Helm.ObjectsAsync(Path.Combine(Project.Chart, "ci", "oidc-values.yaml"));
        var used = objects.Pods().SelectMany(pod => pod.Containers()).Select(container => container.Text("image")!).Distinct().ToArray();

        var version = typeof(RouterApp).Assembly.GetName().Version!.ToString(3);
        // The curator's project says so with the curator's code.
        used.Where(image => Directory.Exists(Project.In("src/DaprMemory.Curator")) || !image.StartsWith("daprmemory/curator", StringComparison.Ordinal))
            .ShouldBe(made.Select(name => $"{name}:{version}"), ignoreOrder: true);
    }

    /// <summary>What a shard says of its subscription when its sidecar asks.</summary>
    static async Task<JsonNode> SubscriptionAsync()
    {
        await using var app = MemoryService.Build([], builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Configuration.AddInMemoryCollection([new("Identity:Mode", "Insecure"), new("Audit:Signing", "Off"), new("Logging:LogLevel:Default", "None")]);
        });
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        return JsonNode.Parse(await http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative)))!.AsArray().ShouldHaveSingleItem()!;
    }
}
