"""Any Unicode string made into one comparable form: folded text, tokens, signs of emojis."""

import re
import unicodedata
from typing import NamedTuple

MAX_CHARACTERS = 700  # nobody orders in an essay; bounds the work on hostile input

_TRADITIONAL = (
    "貨嗎價錢個兩條顏紅藍綠黃買賣訂單運費還這沒給搶雙隻頂褲號碼優質問請謝歡寶麼當會開東車點幾時發麗難騙實貴聯網電話帳刪資訊閱預約連長圍塊淺銀"
    "們說對後來過見樣氣愛聽寫讓應該誰現們從門間題聲嗎無總邊進遠選適帶種類樂覺讀歲輕軟動熱隨離雞雖鐘鐵鏡陳陽際險雲靜響風飛餘體龍親觀訴詢註"
    "誤課調談論證護變豐負財貼賠賬賺購賞趕轉辦農違遲郵醜釋錄鍋鎖闆關閉隊階雜項須預領頭願顧餅館馬驚髮鬆魚鮮黨齊齡帥媽"
    "乾亂佈侷係俬倆傘備傢傳傷億兌兒內凈別則剋剛創劃劑勁務匯區協卹厲參員唄喫嗆嘍噁噴噹嚴囉國圓圖堅報塗塵墊墜壞壺夠夢夥夾奪妝姦婦嬰孃學宮寬專師幣幫幹庫廣弔張強彆彙徑復悶惡態慮懶戲戶捲掃掛換損摺撐擊據擾攪敗數斂斷於昇暫曬書桿棄業榦樓標機檢檯櫚權欖歸殺殼沖涼淚淨減湊湯溫溼滾滿漁漢漲潔潤潰濕灑為煩燈燒燙營燭爛猶獎環產畫疊痠皁盃盜盤硃確磚禮積穩筆箇節範簽簾籃籠籤納純紗紙紡細紹終組結絕絨統絲綁經綵緊線緣編縮繃織繩繪繫繼續纍纔羅習翫聖聞聰職脣脩腦腳腸膚膠臉臘臟臨臺興舉舊艷華萬葉葯蓋蔘薦薩藥蘋處蠟衕衛衝補裝裡複襪襯覈規計託記許証詐評試認誕謂講識議讚豔貓貸賭贈贊贏軍較輔輸迴週遊遞遺鄰醣醬釐釘針釦鈅銷鋼錯錶鍵鍼鍾鏈鐲鑰閃閑閒閤闊陞隱霧鞦韆順頸顆額顯颱飯飽飾餃養餓餬駕騎騷髒鬥鬧鯊鴨鹹麥麴麵鼕齣"
    "駝鍊櫃與尋虧償緩纖維爐燉絞鏟盞鍍鉑鑽瑪鷄蝦豬偽揀飲綫縷喲"
    "團丟喪義烏喬鄉爭亞畝褻僅侖倉儀眾偉倫貯佇佔冊馮決況凍凜鳳憑凱鑿劉剎剝劇勸勵勞勢醫盧卻廠廳歷壓厭廁縣敘嘆嚇啟吳吶嘔啞嘩喚嘗嘯囑園場壇壩墳壟壘壯奮嬌嬸孫寧寵審憲賓導壽將爾屍盡層屬豈崗島嶺廟廢異彌彎彈徹憶懷憐戀懇惱悅懸懼慘慣慚"
    "憤戰撲執擴揚撫拋擔擬攏擁攔擰撥擇摯撓擋擠揮撈撿擲攙摟攜攝擺搖攤攆敵齋斬曠曉曆朧術樸楊楓極構槍棧棟欄樹橋檔橢橫櫻歐殲殘毆毀畢氈洶溝瀝淪滬澤窪漿澆濁測濟瀏滲滌澗濺漬濾濫灘灣災煉爍煙煥爺牆牘牽犧狀獨狹獅獄獻瓊暢療瘋癢瘡癮皺鹽監"
    "睜瞞矚矯礦硯礙禍禿稱窮竊竅窩窺豎競筍築篩籌簡糧糾級緯紋紐練絆繞絡絹繡綿綢綜綻緒綺緋緞縛縫纓繳罰罷羨翹聳腫脹腎膽勝脫膩艦艙艱藝蘆莖薑蕩榮葷蓮獲瑩蕭蔥蔣蘿蟲蝕螞蠶蠻襲製視覽觸譽譏討訓設訪詞詩誠詳誇諸諾謀謊謠謹譜譴貝責賢販貪貫"
    "貿賀賊賴賽趙躍踐蹤軀輛軌輪載輝辭遼達遷邁邏鄭釀鑒釣鈔鈣鉗鈴鉛銅鋁鋪鋰錫錦鍛鎮鑲陰陣陸雛靈霽韓韻頁頑頓頗頻飄饞馳駐駛罵騰驢驗骯鬚鯨鳥鳴鵝鷹齒龜螢鉤鈎嚐諗揾鬍櫈裏著貳邨蓆衹祇牀滷燻頰頹糰粧濛瀉漸滅滙簍簫糉貽鯉鮭鱈鯛魷鰻蜆蠔蠍"
    "鱘鴿蔔枱麪麯黴糝籐墻舖彿慾韮輯罈鑊鬱籲鴛鴦鵪鶉鯽鱸鰹鱔鮑鯖鰱鱷蟬蠅蘭薺蕎葦蒼"
    "並亙併侶俠倀倖側偵傑傖傭傯債傾僑僕僥僱儂儈儉儐儔儕儘儲儷儻儼兇兗冑冪剴剷劊劍勛勳勻匱叢吒呂唸嗇嗚嗶嘖嘮嘰噓噥噯噸嚀嚕嚥嚨嚮嚶囀囁囂囈囌囪堊堝堯塋塒塚塢塹墮墾壎壙壢奐奧奩姍娛婁媧媼嫗嫵嫻嬈嬋嬤嬪孿寢尷屆屜屢屨岡峴峽崑崙崢嵐嶄嶇嶔嶸嶼嶽巒巔巖幀幃幗幟廂廄廈廚廝廬弒彥彫徠徵恆恥悵悽惻愜"
    "愴愷愾慄慍慟慫慶慼憂憊憚憫憮懍懣懲懺懾挾捨捫捱掄掙採搗摑摻撳撻撾擄擱擷擻攣攬斃斕晉晝暈暉暘曄曇曖朮枴柵梔梟棗棲楨槓槨槳樁樅樑樞樺橈檜檣檮檳檸檻櫓櫛櫝櫥櫬欽歎歟歿殤殮殯氫氬氳氾汎汙洩浹涇淒淵渙渦渾湧準滄滯漣潑潛潯澀澠澦澱濃濘濤濰濱瀆瀋瀕瀘瀟瀨瀰瀲瀾灤煬熒熾燜燦燬燴燼燾犖犛犢狽猙獰獵"
    "獷獸獺玀琺琿瑣瑤璣璦璽璿瓏瓔瓚甌甕甦疇痙瘍瘓瘧瘺癆癒癘癟癡癥癩癬癱癲皚皰盪睏睞瞼矇矓碩磧磯礎礪礫礬祕祿禎禦禪禱秈稅稈稜稟穀穌穎穠穡穢穫窯竄竇筧箋箏篠篤簑簞簣籟籬籮粵糞紀紂紆紇紉紕紛紜紮紱紲紳紼絀絃絛絢絰絳綏綑綞綬綰綱綴綸綽綾緇緘緙緝締緬緲緹緻縈縉縊縐縑縝縞縱縲縴縵縹績繅繆繒繕繚繭"
    "繹繽纏纜缽罌羈羋羶聶聾肅脅脈膾膿臍臏臚臢臥芻苧茲荊莊莢莧菴菸萇萊萵蒐蒞蓀蔭蕪薊薔薹藪藹藺蘇蘊蘚虛虜蛻蝨蝸螻蟈蟯蟻蠣蠱袞裊褸襖襠襤襬覓覦覬覲觴訃訌訐訕訖訛訝訟訣訥訶診詁詆詔詖詛詠詣詫詬詭詮詰詼誅誌誑誘誚語誡誣誥誦誨誶誹誼諂諄諉諍諒諛諜諦諧諫諭諮諱諳諶諷諺諼謁謄謎謐謗謙謨謫謬譁譎譙譚"
    "譟譫譯讒讖讜貞貢貧貲貶賁賂賃賄賅賈賑賒賜賡賤賦賻贅贍贓贖贗贛趨跡踴蹕蹟蹣蹺躂躉躊躋躑躓躡躪軋軒軔軛軸軻軼軾輊輒輓輜輞輟輥輦輩輳輻輾輿轂轄轅轍轎轔轟轡辮辯逕遙遜邇邐鄒鄧鄴酈醃醞醱釁釅釗釙釧釩釵鈉鈍鈐鈑鈕鈞鈷鈸鈹鈽鈾鈿鉀鉅鉉鉋鉍鉚鉸鉻銑銓銖銘銜銨銬銳銻銼鋅鋇鋒鋤鋸錐錕錘錙錚錠錡錨錮錳"
    "鍔鍚鍥鍬鍰鎂鎊鎔鎘鎚鎢鎬鎰鎳鏃鏍鏑鏗鏘鏜鏝鏢鏤鏨鏽鐃鐫鐮鐳鐸鐺鑄鑑鑠鑣鑷鑼鑾閂閎閏閔閘閡閣閥閨閩閭閻闈闋闌闐闔闕闖闡闢陘陝隕隴隸雋霑靂靄靦靨鞏韁韃韉韋韌韜頃頊頌頒頜頡頤頷顎顓顛顥顫顰顱颯颳颶颺颼飢飩飪飭飴飼餉餌餒餚餛餞餡餵餾餿饅饉饑饒饗饜馭馱馴駁駑駒駙駟駢駭駱駿騁騖騫騾驀驃驅驍驕"
    "驛驟驥驪髏髖鬢鬨魎魘魯鮪鮫鯀鯧鰍鰓鰥鰭鰾鱉鱖鱗鱟鳩鳶鴆鴉鴒鴕鴣鴻鵑鵠鵡鵬鵲鶯鶴鷂鷓鷗鷥鷺鸚鸛鸞鹵鹼麩黌黷鼴齜齟齦齧齪齬齲齷龐龔"
)
_SIMPLIFIED = (
    "货吗价钱个两条颜红蓝绿黄买卖订单运费还这没给抢双只顶裤号码优质问请谢欢宝么当会开东车点几时发丽难骗实贵联网电话帐删资讯阅预约连长围块浅银"
    "们说对后来过见样气爱听写让应该谁现们从门间题声吗无总边进远选适带种类乐觉读岁轻软动热随离鸡虽钟铁镜陈阳际险云静响风飞余体龙亲观诉询注"
    "误课调谈论证护变丰负财贴赔账赚购赏赶转办农违迟邮丑释录锅锁板关闭队阶杂项须预领头愿顾饼馆马惊发松鱼鲜党齐龄帅妈"
    "干乱布局系私俩伞备家传伤亿兑儿内净别则克刚创划剂劲务汇区协恤厉参员呗吃呛喽恶喷当严啰国圆图坚报涂尘垫坠坏壶够梦伙夹夺妆奸妇婴娘学宫宽专师币帮干库广吊张强别汇径复闷恶态虑懒戏户卷扫挂换损折撑击据扰搅败数敛断于升暂晒书杆弃业干楼标机检台榈权榄归杀壳冲凉泪净减凑汤温湿滚满渔汉涨洁润溃湿洒为烦灯烧烫营烛烂犹奖环产画叠酸皂杯盗盘朱确砖礼积稳笔个节范签帘篮笼签纳纯纱纸纺细绍终组结绝绒统丝绑经彩紧线缘编缩绷织绳绘系继续累才罗习玩圣闻聪职唇修脑脚肠肤胶脸腊脏临台兴举旧艳华万叶药盖参荐萨药苹处蜡同卫冲补装里复袜衬核规计托记许证诈评试认诞谓讲识议赞艳猫贷赌赠赞赢军较辅输回周游递遗邻糖酱厘钉针扣钥销钢错表键针钟链镯钥闪闲闲合阔升隐雾秋千顺颈颗额显台饭饱饰饺养饿糊驾骑骚脏斗闹鲨鸭咸麦曲面冬出"
    "驼链柜与寻亏偿缓纤维炉炖绞铲盏镀铂钻玛鸡虾猪伪拣饮线缕哟"
    "团丢丧义乌乔乡争亚亩亵仅仑仓仪众伟伦贮伫占册冯决况冻凛凤凭凯凿刘刹剥剧劝励劳势医卢却厂厅历压厌厕县叙叹吓启吴呐呕哑哗唤尝啸嘱园场坛坝坟垄垒壮奋娇婶孙宁宠审宪宾导寿将尔尸尽层属岂岗岛岭庙废异弥弯弹彻忆怀怜恋恳恼悦悬惧惨惯惭"
    "愤战扑执扩扬抚抛担拟拢拥拦拧拨择挚挠挡挤挥捞捡掷掺搂携摄摆摇摊撵敌斋斩旷晓历胧术朴杨枫极构枪栈栋栏树桥档椭横樱欧歼残殴毁毕毡汹沟沥沦沪泽洼浆浇浊测济浏渗涤涧溅渍滤滥滩湾灾炼烁烟焕爷墙牍牵牺状独狭狮狱献琼畅疗疯痒疮瘾皱盐监"
    "睁瞒瞩矫矿砚碍祸秃称穷窃窍窝窥竖竞笋筑筛筹简粮纠级纬纹纽练绊绕络绢绣绵绸综绽绪绮绯缎缚缝缨缴罚罢羡翘耸肿胀肾胆胜脱腻舰舱艰艺芦茎姜荡荣荤莲获莹萧葱蒋萝虫蚀蚂蚕蛮袭制视览触誉讥讨训设访词诗诚详夸诸诺谋谎谣谨谱谴贝责贤贩贪贯"
    "贸贺贼赖赛赵跃践踪躯辆轨轮载辉辞辽达迁迈逻郑酿鉴钓钞钙钳铃铅铜铝铺锂锡锦锻镇镶阴阵陆雏灵霁韩韵页顽顿颇频飘馋驰驻驶骂腾驴验肮须鲸鸟鸣鹅鹰齿龟萤钩钩尝谂搵胡凳里着贰村席只只床卤熏颊颓团妆蒙泻渐灭汇篓箫粽贻鲤鲑鳕鲷鱿鳗蚬蚝蝎"
    "鲟鸽卜台面曲霉糁藤墙铺佛欲韭辑坛镬郁吁鸳鸯鹌鹑鲫鲈鲣鳝鲍鲭鲢鳄蝉蝇兰荠荞苇苍"
    "并亘并侣侠伥幸侧侦杰伧佣偬债倾侨仆侥雇侬侩俭傧俦侪尽储俪傥俨凶兖胄幂剀铲刽剑勋勋匀匮丛咤吕念啬呜哔啧唠叽嘘哝嗳吨咛噜咽咙向嘤啭嗫嚣呓苏囱垩埚尧茔埘冢坞堑堕垦埙圹坜奂奥奁姗娱娄娲媪妪妩娴娆婵嬷嫔孪寝尴届屉屡屦冈岘峡昆仑峥岚崭岖嵚嵘屿岳峦巅岩帧帏帼帜厢厩厦厨厮庐弑彦雕徕征恒耻怅凄恻惬"
    "怆恺忾栗愠恸怂庆戚忧惫惮悯怃懔懑惩忏慑挟舍扪挨抡挣采捣掴掺揿挞挝掳搁撷擞挛揽毙斓晋昼晕晖旸晔昙暧术拐栅栀枭枣栖桢杠椁桨桩枞梁枢桦桡桧樯梼槟柠槛橹栉椟橱榇钦叹欤殁殇殓殡氢氩氲泛泛污泄浃泾凄渊涣涡浑涌准沧滞涟泼潜浔涩渑滪淀浓泞涛潍滨渎沈濒泸潇濑弥潋澜滦炀荧炽焖灿毁烩烬焘荦牦犊狈狰狞猎"
    "犷兽獭猡珐珲琐瑶玑瑷玺璇珑璎瓒瓯瓮苏畴痉疡痪疟瘘痨愈疠瘪痴症癞癣瘫癫皑疱荡困睐睑蒙眬硕碛矶础砺砾矾秘禄祯御禅祷籼税秆棱禀谷稣颖秾穑秽获窑窜窦笕笺筝筿笃蓑箪篑籁篱箩粤粪纪纣纡纥纫纰纷纭扎绂绁绅绋绌弦绦绚绖绛绥捆缍绶绾纲缀纶绰绫缁缄缂缉缔缅缈缇致萦缙缢绉缣缜缟纵缧纤缦缥绩缫缪缯缮缭茧"
    "绎缤缠缆钵罂羁芈膻聂聋肃胁脉脍脓脐膑胪臜卧刍苎兹荆庄荚苋庵烟苌莱莴搜莅荪荫芜蓟蔷苔薮蔼蔺苏蕴藓虚虏蜕虱蜗蝼蝈蛲蚁蛎蛊衮袅褛袄裆褴摆觅觎觊觐觞讣讧讦讪讫讹讶讼诀讷诃诊诂诋诏诐诅咏诣诧诟诡诠诘诙诛志诳诱诮语诫诬诰诵诲谇诽谊谄谆诿诤谅谀谍谛谐谏谕咨讳谙谌讽谚谖谒誊谜谧谤谦谟谪谬哗谲谯谭"
    "噪谵译谗谶谠贞贡贫赀贬贲赂赁贿赅贾赈赊赐赓贱赋赙赘赡赃赎赝赣趋迹踊跸迹蹒跷跶趸踌跻踯踬蹑躏轧轩轫轭轴轲轶轼轾辄挽辎辋辍辊辇辈辏辐辗舆毂辖辕辙轿辚轰辔辫辩迳遥逊迩逦邹邓邺郦腌酝酦衅酽钊钋钏钒钗钠钝钤钣钮钧钴钹铍钸铀钿钾巨铉铇铋铆铰铬铣铨铢铭衔铵铐锐锑锉锌钡锋锄锯锥锟锤锱铮锭锜锚锢锰"
    "锷钖锲锹锾镁镑镕镉锤钨镐镒镍镞镙镝铿锵镗镘镖镂錾锈铙镌镰镭铎铛铸鉴铄镳镊锣銮闩闳闰闵闸阂阁阀闺闽闾阎闱阕阑阗阖阙闯阐辟陉陕陨陇隶隽沾雳霭腼靥巩缰鞑鞯韦韧韬顷顼颂颁颌颉颐颔颚颛颠颢颤颦颅飒刮飓飏飕饥饨饪饬饴饲饷饵馁肴馄饯馅喂馏馊馒馑饥饶飨餍驭驮驯驳驽驹驸驷骈骇骆骏骋骛骞骡蓦骠驱骁骄"
    "驿骤骥骊髅髋鬓哄魉魇鲁鲔鲛鲧鲳鳅鳃鳏鳍鳔鳖鳜鳞鲎鸠鸢鸩鸦鸰鸵鸪鸿鹃鹄鹉鹏鹊莺鹤鹞鹧鸥鸶鹭鹦鹳鸾卤碱麸黉黩鼹龇龃龈啮龊龉龋龌庞龚"
)
_FOLD: dict[int, str | None] = {ord(a): b for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
_FOLD |= {ord(a): b for a, b in zip("đłøıæœأإآٱىةؤئ", ["d", "l", "o", "i", "ae", "oe", *"اااايهوي"], strict=True)}
_FOLD |= dict.fromkeys([*range(0x064B, 0x0653), 0x0640, 0x0670, 0x093C, 0x20E3, 0xFE0F, 0xFE0E])
_FOLD |= {code: str(unicodedata.digit(chr(code))) for code in range(0x0660, 0xFF20) if chr(code).isdecimal()}
_FOLD |= {
    ord(a): b
    for a, b in zip(
        "،؛؟।×✖✕➕⁺＃“”‘’´`′。！？，、；：…·", [*",;?.xxx++#", *"\"\"'''''", *".!?,", ", ", *";:.", " "], strict=True
    )
}

# Emojis that carry words; the rest only separate.
_EMOJI_WORDS = {
    "⚫": "black", "⬛": "black", "⚪": "white", "⬜": "white", "🔴": "red", "🟥": "red",
    "🔵": "blue", "🟦": "blue", "🟢": "green", "🟩": "green", "🟡": "yellow", "🟨": "yellow",
    "🟣": "purple", "🟪": "purple", "🟤": "brown", "🟫": "brown", "🟠": "orange", "🟧": "orange",
    "🔟": "10", "💯": "", "❓": "?", "❔": "?", "❗": "!", "⁉": "?", "‼": "!",
}  # fmt: skip
_EMOJI_SIGNS = {
    "🙄": "irony", "🤡": "irony", "😏": "irony", "🙃": "irony", "😒": "irony",
    "😂": "laugh", "🤣": "laugh", "😹": "laugh", "😆": "laugh", "💀": "laugh",
    "🙋": "hand", "✋": "hand", "🖐": "hand", "🛒": "cart", "🛍": "cart",
    "😡": "angry", "🤬": "angry", "😠": "angry", "👎": "angry", "😤": "angry",
    "👋": "wave", "😍": "love", "🥰": "love", "❤": "love", "😘": "love",
    "🤔": "doubt", "😭": "cry", "😢": "cry",
}  # fmt: skip
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2900-\u2bff"
    "\u203c\u2049\u3030\u303d\u3297\u3299]"
)
_NON_TEXT = re.compile("[\ud800-\udfff\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffd]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_MARKS = re.compile("[\u0300-\u036f]")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
# Vietnamese tones by name; the South writes hook and tilde for each other.
_TONES = {"\u0300": "`", "\u0301": "'", "\u0303": "~", "\u0309": "~", "\u0323": "."}
BARE = "~"
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_URL = re.compile(
    r"(?:https?://|www\.|wa\.me/|t\.me/|bit\.ly/)\S+|\b[\w-]+\.(?:com|net|org|shop|xyz|ly|me|site|online|info)\b(?:/\S*)?"
)
_MENTION = re.compile(r"@[\w.]+")
_PHONE = re.compile(r"(?<![\w])\+?\d(?:[ .()-]?\d){7,14}(?!\d)")
_HEIGHT = re.compile(
    r"(?<![\w.])(?:1m\s?\d{1,2}|1\s?m\s\d{2}|1[.,]\d{2}\s?m|[4-6]'\s?\d{1,2}(?:''|\")?)(?!\w)"
)  # of a person
_DENSE_RANGE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af"
DENSE = re.compile(f"[{_DENSE_RANGE}]")
LETTER = rf"[^\W\d_{_DENSE_RANGE}]"
_MASKED = ((_URL, "url", ".", 0), (_MENTION, "mention", "@", 0), (_PHONE, "phone", "", 8), (_HEIGHT, "height", "", 2))
_DIGIT = re.compile(r"\d")
_SHOUTED = re.compile(r"(?<![A-Za-z\d_])[A-Z]{1,4}(?![A-Za-z\d_])")
_TOKEN = re.compile(rf"\d+(?:[.,:]\d+)*|[{_DENSE_RANGE}]+|{LETTER}(?:{LETTER}|[\u0900-\u0dff])*(?:'{LETTER}+)?|\S")
_GLUED_CLAIM = re.compile(r"\b(cf|sold|mine|jp|lock|fix|book|claim)(?=[a-z]?\d)")


class Token(NamedTuple):
    text: str
    start: int
    end: int
    glued: bool  # nothing between it and the token before


class NormalisedText(NamedTuple):
    folded: str
    tokens: tuple[Token, ...]
    spoken: str  # accents kept, for language detection
    signs: frozenset[str]
    dense: bool
    shouted: frozenset[str]  # short words the buyer wrote in capitals: "M" is a size, "m" may not be
    accented: tuple[str, ...] = ()  # `accent_key` of each token; empty where nothing is accented


def fold(text: str) -> str:
    """The comparable form of a word; the lexicon and the catalogue go through it as well."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_FOLD)
    text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def accent_key(word: str) -> str:
    """What tells Vietnamese words apart that `fold` makes equal: "đặt" orders, "đắt" is dear.

    The tone goes to the end, since people put it on either vowel; a word without accents may be any of them.
    """
    if word.isascii():
        return BARE + word
    tones = ""
    letters = ""
    for character in unicodedata.normalize("NFD", word):
        if character in _TONES:
            tones += _TONES[character]
        else:
            letters += character
    key = unicodedata.normalize("NFC", letters) + tones
    return BARE + word if key.isascii() and not tones else key


def normalise(text: str) -> NormalisedText:
    signs: set[str] = set()
    text = _NON_TEXT.sub(" ", text[:MAX_CHARACTERS])
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        text = _EMOJI.sub(lambda found: _emoji(found.group(), signs), unicodedata.normalize("NFC", text))
    spoken = text.casefold()
    shouted = frozenset(_SHOUTED.findall(text) if spoken != text else ())
    if _STRETCHED.search(spoken):
        spoken = _STRETCHED.sub(r"\1", spoken)
    folded = _mask(fold(spoken), signs)
    if _GLUED_CLAIM.search(folded):
        folded = _GLUED_CLAIM.sub(r"\1 ", folded)
    tokens = tokenise(folded)
    dense = bool(DENSE.search(folded))
    return NormalisedText(folded, tokens, spoken, frozenset(signs), dense, shouted, _accented(spoken, tokens))


def _accented(spoken: str, tokens: tuple[Token, ...]) -> tuple[str, ...]:
    if not _ACCENTED.search(spoken):
        return ()
    words = _TOKEN.findall(_mask(unicodedata.normalize("NFKC", spoken), set()))
    return tuple(map(accent_key, words)) if len(words) == len(tokens) else ()


def tokenise(folded: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = -1
    for found in _TOKEN.finditer(folded):
        glued = found.start() == end
        start, end = found.span()
        tokens.append(Token(found.group(), start, end, glued))
    return tuple(tokens)


def _emoji(character: str, signs: set[str]) -> str:
    if 0x2460 <= ord(character) <= 0x249B:  # ① is a number, and a claim in Japan
        return f" {unicodedata.normalize('NFKC', character).strip('().')} "
    if character in _EMOJI_SIGNS:
        signs.add(_EMOJI_SIGNS[character])
    elif character in "➕✖✕":
        return character
    signs.add("emoji")
    return f" {_EMOJI_WORDS.get(character, '')} "


def _mask(folded: str, signs: set[str]) -> str:
    """Links, tags, telephone numbers and heights say who and where, never what or how many."""
    digits = len(_DIGIT.findall(folded))
    for pattern, sign, token, fewest in _MASKED:
        if token not in folded or digits < fewest:
            continue
        folded, count = pattern.subn(" ", folded)
        if count:
            signs.add(sign)
    return folded
